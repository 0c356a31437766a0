using System.Text.Json.Nodes;

namespace Teuthology.Results;

/// <summary>A run as the results server answers it.</summary>
public static class RunWire
{
    /// <summary>Writes the object, without its jobs.</summary>
    /// <param name="run">The run.</param>
    /// <param name="href">Address of its page.</param>
    public static JsonObject Write(RunRecord run, string href) => new()
    {
        ["name"] = run.Name,
        ["href"] = new JsonArray(href), // a list of one: upstream's slip, which its clients live with
        ["user"] = run.User,
        ["status"] = run.Status,
        ["results"] = Results(run),
        ["jobs_count"] = run.JobsCount,
        ["posted"] = WireTime.Write(run.Posted),
        ["scheduled"] = WireTime.Write(run.Scheduled),
        ["started"] = WireTime.Write(run.Started),
        ["updated"] = run.JobsCount == 0 && run.Updated == run.Posted ? null : WireTime.Write(run.Updated),
        ["branch"] = run.Branch,
        ["suite"] = run.Suite,
        ["machine_type"] = run.MachineType,
        ["sha1"] = run.JobsCount == 0 ? "none" : run.Sha1,
        ["priority"] = run.Priority,
        ["flavor"] = run.JobsCount == 0 ? "none" : run.Flavor,
    };

    private static JsonObject Results(RunRecord run)
    {
        var results = new JsonObject();
        foreach (var state in JobState.All.Where(state => state != JobState.Skip))
            results[state] = run.Results.GetValueOrDefault(state);
        results[JobState.Unknown] = run.Results.GetValueOrDefault(JobState.Unknown) + run.Results.GetValueOrDefault(JobState.Skip);
        results["total"] = run.JobsCount;
        results["sha1"] = run.JobsCount == 0 ? "none" : run.Sha1;
        results["flavor"] = run.JobsCount == 0 ? "none" : run.Flavor;
        return results;
    }
}
