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
/// <param name="Known">How many of the jobs are known by earlier runs, how long they take.</param>
/// <param name="JobHours">Hours that each of the others is taken to need.</param>
internal sealed record RunForecast(string Suite, RunEstimate Estimate, int AtOnce, int Known, double JobHours)
{
    private const int Most = 20_000;

    /// <summary>What is there at once, at most.</summary>
    public ResourceNeed Need => new() { Servers = Estimate.PeakServers, Cores = Estimate.PeakCpus, Ram = Estimate.PeakRam, Volumes = Estimate.PeakVolumes, Gigabytes = Estimate.PeakVolumeSize };

    /// <summary>Server-hours that the run may use; null for no end.</summary>
    public double? Budget { get; init; }

    /// <summary>How many of the jobs these are enough for, in their order.</summary>
    public int Affordable { get; init; }

    /// <summary>The jobs of a suite, all of them read.</summary>
    /// <exception cref="ConfigurationException">There are too many to look through.</exception>
    public static IReadOnlyList<PlannedJob> Bounded(string suite, IEnumerable<PlannedJob> jobs)
    {
        List<PlannedJob> all = [.. jobs.Take(Most + 1)];
        return all.Count <= Most ? all : throw new ConfigurationException($"{suite} has more than {Most} jobs; --limit, --subset or --filter take fewer");
    }

    /// <summary>Looks through the jobs.</summary>
    /// <param name="suite">Name of the suite.</param>
    /// <param name="jobs">Its jobs.</param>
    /// <param name="flavors">What the cloud has.</param>
    /// <param name="options">The site's cloud.</param>
    /// <param name="atOnce">How many jobs run side by side.</param>
    /// <param name="history">How long jobs took.</param>
    /// <param name="jobHours">How long a job is taken to run that history does not know.</param>
    /// <exception cref="ConfigurationException">A job's hints make no sense, or no flavour is large enough.</exception>
    public static RunForecast Of(string suite, IEnumerable<PlannedJob> jobs, IReadOnlyList<Flavor> flavors, CloudOptions options, int atOnce, QueueForecast history, double jobHours)
    {
        var choice = new FlavorChoice(options.Flavors, options.FlavorExcludes);
        var counted = new List<EstimatedJob>();
        var known = 0;
        foreach (var job in jobs)
        {
            // A job that cannot be read fails in its turn, without a machine.
            if (Read(job) is not { } config || config.Get("roles") is not YamlList { Count: > 0 } roles)
                continue;
            var needs = options.Needs.Max(ResourceHints.OfJob(config));
            var took = history.Known(job.Description)?.TotalHours;
            known += took is null ? 0 : 1;
            counted.Add(new EstimatedJob(roles.Count, needs, choice.Smallest(flavors, needs), took ?? jobHours));
        }

        return new RunForecast(suite, RunEstimate.Of(counted, atOnce, options.Servers, options.Prices), atOnce, known, jobHours)
        {
            Budget = options.Budget,
            Affordable = AffordableOf(counted, options.Budget),
        };
    }

    /// <summary>For people.</summary>
    public void Write(TextWriter output)
    {
        var flavors = string.Join(", ", Estimate.Flavors.OrderByDescending(f => f.Value).Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Value} of {f.Key}")));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Suite}: {Estimate.Jobs} jobs, {AtOnce} at once"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"servers : {Estimate.Servers} ({flavors}), at most {Estimate.PeakServers} at once ({Estimate.PeakCpus} CPUs, {Estimate.PeakRam} MB)"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"volumes : {Estimate.Volumes}, at most {Estimate.PeakVolumes} at once ({Estimate.PeakVolumeSize} GB)"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"hours   : {Estimate.Hours:0.##}, {Estimate.ServerHours:0.##} server-hours ({Known} of {Estimate.Jobs} jobs as in earlier runs{(Known == Estimate.Jobs ? "" : $", the others taken for {JobHours:0.##} each")})"));
        if (Budget is { } budget)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"budget  : {budget:0.##} server-hours, {(Affordable == Estimate.Jobs ? "enough" : $"enough for about {Affordable} of {Estimate.Jobs} jobs")}"));
        output.WriteLine(Estimate.Cost is { } cost ? string.Create(CultureInfo.InvariantCulture, $"cost    : {cost:0.00}") : "cost    : not known (`price` under openstack: what an hour of each flavour costs)");
    }

    /// <summary>For programs.</summary>
    public JsonObject Json() => new()
    {
        ["suite"] = Suite,
        ["jobs"] = Estimate.Jobs,
        ["known_jobs"] = Known,
        ["servers"] = Estimate.Servers,
        ["volumes"] = Estimate.Volumes,
        ["flavors"] = new JsonObject(Estimate.Flavors.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value))),
        ["peak"] = new JsonObject { ["servers"] = Estimate.PeakServers, ["cpus"] = Estimate.PeakCpus, ["ram"] = Estimate.PeakRam, ["volumes"] = Estimate.PeakVolumes, ["volume_size"] = Estimate.PeakVolumeSize },
        ["hours"] = Estimate.Hours,
        ["server_hours"] = Estimate.ServerHours,
        ["cost"] = Estimate.Cost,
        ["budget"] = Budget is { } budget ? new JsonObject { ["server_hours"] = budget, ["jobs"] = Affordable } : null,
    };

    // No server is made once the hours are used up; a job that has begun ends.
    private static int AffordableOf(List<EstimatedJob> jobs, double? budget)
    {
        var used = 0.0;
        return budget is { } hours ? jobs.TakeWhile(job => (used += job.ServerHours) - job.ServerHours < hours).Count() : jobs.Count;
    }

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
