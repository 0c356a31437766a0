using System.Text.Json.Nodes;
using Teuthology.Results;

namespace Teuthology.Scheduling;

/// <summary>Texts of ends that jobs do not come to by themselves; other programs read them.</summary>
public static class JobEnds
{
    /// <summary>Somebody killed it.</summary>
    public const string Killed = "killed";

    /// <summary>It ran longer than the site allows.</summary>
    public const string MaxTime = "hit max job timeout";

    /// <summary>Tells the results that a job was killed: its worker ends the process when it next looks, wherever that is.</summary>
    /// <param name="results">The results.</param>
    /// <param name="run">Name of its run.</param>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task TellKilledAsync(IResultsDirectory results, string run, string id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(results);
        return results.SaveJobAsync(run, id, new JsonObject { ["name"] = run, ["job_id"] = id, ["status"] = JobState.Dead, ["failure_reason"] = Killed }, cancellationToken);
    }
}
