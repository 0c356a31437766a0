using System.Globalization;
using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.OpenStack;
using Teuthology.Scheduling;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary>What a run is going to take of a cloud: told before anything is made, and compared with the project's quota.</summary>
/// <param name="Suite">The suite.</param>
/// <param name="Estimate">What it takes.</param>
/// <param name="AtOnce">How many jobs run side by side.</param>
/// <param name="JobHours">Hours that a job is taken to need.</param>
internal sealed record RunForecast(string Suite, RunEstimate Estimate, int AtOnce, double JobHours)
{
    private const int Most = 20_000;

    /// <summary>What is there at once, at most.</summary>
    public ResourceNeed Need => new() { Servers = Estimate.PeakServers, Cores = Estimate.PeakCpus, Ram = Estimate.PeakRam, Volumes = Estimate.PeakVolumes, Gigabytes = Estimate.PeakVolumeSize };

    /// <summary>Looks through the jobs.</summary>
    /// <exception cref="ConfigurationException">There are too many to look through, a job's hints make no sense, or no flavour is large enough.</exception>
    public static RunForecast Of(string suite, IEnumerable<PlannedJob> jobs, IReadOnlyList<Flavor> flavors, CloudOptions options, int atOnce, double jobHours)
    {
        var choice = new FlavorChoice(options.Flavors, options.FlavorExcludes);
        var counted = new List<(int, ServerNeeds, Flavor)>();
        foreach (var job in jobs)
        {
            if (counted.Count == Most)
                throw new ConfigurationException($"{suite} has more than {Most} jobs; --limit, --subset or --filter take fewer");

            // A job that cannot be read fails in its turn, without a machine.
            if (Read(job) is not { } config || config.Get("roles") is not YamlList { Count: > 0 } roles)
                continue;
            var needs = options.Needs.Max(ResourceHints.OfJob(config));
            counted.Add((roles.Count, needs, choice.Smallest(flavors, needs)));
        }

        return new RunForecast(suite, RunEstimate.Of(counted, atOnce, options.Servers, jobHours, options.Prices), atOnce, jobHours);
    }

    /// <summary>For people.</summary>
    public void Write(TextWriter output)
    {
        var flavors = string.Join(", ", Estimate.Flavors.OrderByDescending(f => f.Value).Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Value} of {f.Key}")));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Suite}: {Estimate.Jobs} jobs, {AtOnce} at once"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"servers : {Estimate.Servers} ({flavors}), at most {Estimate.PeakServers} at once ({Estimate.PeakCpus} CPUs, {Estimate.PeakRam} MB)"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"volumes : {Estimate.Volumes}, at most {Estimate.PeakVolumes} at once ({Estimate.PeakVolumeSize} GB)"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"hours   : {Estimate.Hours:0.##}, {Estimate.ServerHours:0.##} server-hours (a job taken for {JobHours:0.##})"));
        output.WriteLine(Estimate.Cost is { } cost ? string.Create(CultureInfo.InvariantCulture, $"cost    : {cost:0.00}") : "cost    : not known (`price` under openstack: what an hour of each flavour costs)");
    }

    /// <summary>For programs.</summary>
    public JsonObject Json() => new()
    {
        ["suite"] = Suite,
        ["jobs"] = Estimate.Jobs,
        ["servers"] = Estimate.Servers,
        ["volumes"] = Estimate.Volumes,
        ["flavors"] = new JsonObject(Estimate.Flavors.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value))),
        ["peak"] = new JsonObject { ["servers"] = Estimate.PeakServers, ["cpus"] = Estimate.PeakCpus, ["ram"] = Estimate.PeakRam, ["volumes"] = Estimate.PeakVolumes, ["volume_size"] = Estimate.PeakVolumeSize },
        ["hours"] = Estimate.Hours,
        ["server_hours"] = Estimate.ServerHours,
        ["cost"] = Estimate.Cost,
    };

    private static YamlMap? Read(PlannedJob job)
    {
        try
        {
            return job.Merge();
        }
        catch (ConfigurationException)
        {
            return null;
        }
    }
}
