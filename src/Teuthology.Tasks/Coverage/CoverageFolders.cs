using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Where the programs of a job leave their gcov counts; nowhere unless asked for.</summary>
internal sealed class CoverageFolders
{
    private volatile string? _root;

    /// <summary>Value of GCOV_PREFIX for a machine; null when the job collects none. Machines may share a file system, so each has its own.</summary>
    public string? PrefixOn(Remote remote) => _root is { } root ? $"{root}/{remote.ShortName}" : null;

    /// <summary>Makes the directories unless they are there, which programs of any user may write to, and notes the flavor that reports go by.</summary>
    public static async Task MakeAsync(JobContext job, CancellationToken cancellationToken)
    {
        if (job.Shared<CoverageFolders>()._root is not null)
            return;
        var root = job.RemoteArchive + "/coverage";
        await InParallel.ForEachAsync(
            job.Cluster.Remotes,
            (remote, ct) => remote.RunAsync(
                RemoteCommand.Script($"install -d -m1777 -- {ShellQuote.Quote(root)} {ShellQuote.Quote($"{root}/{remote.ShortName}")}") with { Label = "make the coverage directory" },
                ct),
            cancellationToken);
        job.Shared<CoverageFolders>()._root = root;
        job.Summary["flavor"] = "gcov";
    }
}
