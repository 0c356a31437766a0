using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>coverage</c>: has programs built by gcc with <c>--coverage</c> leave their counts in the job's archive, apart for each machine, where
/// <c>teuthology coverage</c> finds them: <c>remote/&lt;host&gt;/coverage/&lt;host&gt;/</c>. Commands of <c>exec</c> and its like that come
/// after it inherit GCOV_PREFIX; Ceph's own programs get it by the wrapper <c>ceph-coverage</c>.
/// </summary>
[Task("coverage")]
public sealed class CoverageTask : IJobTask
{
    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        if (run.Config is not null)
            throw run.Wrong("it takes no configuration");
        await CoverageFolders.MakeAsync(run.Job, cancellationToken);
    }
}
