using Teuthology.OpenStack;

namespace Teuthology.Lab;

/// <summary>What a run would take of a cloud, estimated before anything is made.</summary>
/// <param name="Jobs">Number of jobs.</param>
/// <param name="Servers">Servers over all jobs.</param>
/// <param name="Volumes">Volumes over all jobs.</param>
/// <param name="PeakServers">Servers at once, at most.</param>
/// <param name="PeakVolumes">Volumes at once, at most.</param>
/// <param name="PeakVolumeSize">GB of volumes at once, at most.</param>
/// <param name="PeakCpus">Processors at once, at most.</param>
/// <param name="PeakRam">MB of memory at once, at most.</param>
/// <param name="ServerHours">Server-hours over all jobs.</param>
/// <param name="Hours">Hours from the first job to the last.</param>
/// <param name="Cost">What that costs by the site's prices; null when a flavour has none.</param>
/// <param name="Flavors">Servers by flavour.</param>
public sealed record RunEstimate(
    int Jobs, int Servers, int Volumes, int PeakServers, int PeakVolumes, int PeakVolumeSize, int PeakCpus, int PeakRam, double ServerHours, double Hours, double? Cost, IReadOnlyDictionary<string, int> Flavors)
{
    /// <summary>Adds up jobs.</summary>
    /// <param name="jobs">The jobs, in the order in which they are begun.</param>
    /// <param name="atOnce">How many jobs run side by side.</param>
    /// <param name="most">How many servers there may be at once.</param>
    /// <param name="prices">What an hour of a flavour costs.</param>
    public static RunEstimate Of(IReadOnlyList<EstimatedJob> jobs, int atOnce, int most, IReadOnlyDictionary<string, double> prices)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        var flavors = jobs.GroupBy(j => j.Flavor.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(j => j.Machines), StringComparer.Ordinal);
        return new RunEstimate(
            jobs.Count,
            jobs.Sum(j => j.Machines),
            jobs.Sum(j => j.Machines * j.Needs.Volumes),
            Peak(_ => 1),
            Peak(j => j.Needs.Volumes),
            Peak(j => j.Needs.Volumes * j.Needs.VolumeSize),
            Peak(j => j.Flavor.Vcpus),
            Peak(j => j.Flavor.Ram),
            jobs.Sum(j => j.ServerHours),
            Span(jobs, atOnce),
            flavors.Count > 0 && flavors.Keys.All(prices.ContainsKey) ? jobs.Sum(j => j.ServerHours * prices[j.Flavor.Name]) : null,
            flavors);

        // The largest jobs may come together, but never more than `most` servers.
        int Peak(Func<EstimatedJob, int> each) => Math.Min(jobs.Select(job => job.Machines * each(job)).OrderDescending().Take(atOnce).Sum(), Largest(each));

        int Largest(Func<EstimatedJob, int> each)
        {
            var (sum, room) = (0, most);
            foreach (var job in jobs.OrderByDescending(each))
            {
                var taken = Math.Min(room, job.Machines);
                sum += taken * each(job);
                room -= taken;
            }

            return sum;
        }
    }

    // Each job begins where one ends first.
    private static double Span(IEnumerable<EstimatedJob> jobs, int atOnce)
    {
        var lanes = new PriorityQueue<double, double>(Enumerable.Repeat((0.0, 0.0), Math.Max(1, atOnce)));
        var end = 0.0;
        foreach (var job in jobs)
        {
            var over = lanes.Dequeue() + job.Hours;
            lanes.Enqueue(over, over);
            end = Math.Max(end, over);
        }

        return end;
    }
}
