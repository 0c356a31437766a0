using System.Runtime.ExceptionServices;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>pexec</c>: <c>{role | clients | all: [lines]}</c>, the lines fed to one <c>bash -e</c> for each, all at the same time. At a line
/// <c>barrier</c> each waits until all of them have done the lines before it. With <c>sudo: true</c> as root; TESTDIR is set.
/// </summary>
[Task("pexec")]
public sealed class PexecTask : ICheckedTask
{
    /// <inheritdoc/>
    public void Check(TaskRun run)
    {
        run.Flag("sudo");
        if (!Shells(run).Any())
            throw run.Wrong("it needs roles with their lines");
    }

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        TasksLog.CustomCommands(run.Log);
        var sudo = run.Flag("sudo");
        Check(run);
        var shells = Shells(run).ToList();

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var barrier = new AsyncBarrier(shells.Count);
        ExceptionDispatchInfo? first = null;
        await Task.WhenAll(shells.Select(async shell =>
        {
            try
            {
                await new PexecShell(run, shell.Remote, shell.Lines, sudo).RunAsync(barrier, stop.Token);
            }
            catch (Exception e)
            {
                // The others may wait for this one at a barrier.
                if (Interlocked.CompareExchange(ref first, ExceptionDispatchInfo.Capture(e), null) is null)
                    await stop.CancelAsync();
            }
        }));
        first?.Throw();
    }

    private static IEnumerable<(Remote Remote, IReadOnlyList<string> Lines)> Shells(TaskRun run)
    {
        var cluster = run.Job.Cluster;
        foreach (var key in run.Map().Keys.Where(k => k is not "sudo"))
        {
            var lines = RoleCommands.Commands(run, key);
            IEnumerable<Remote> remotes = key switch
            {
                "all" => cluster.Remotes,
                "clients" => cluster.Remotes.SelectMany(r => Role.OfType(cluster.RolesOf(r), "client").Select(_ => r)),
                _ => [RoleCommands.Machine(run, key)],
            };
            foreach (var remote in remotes)
                yield return (remote, lines);
        }
    }
}
