using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>A cluster that ceph-ansible set up, as seen from its first monitor.</summary>
internal sealed class CephAnsibleCluster(TaskRun run, Remote mon, string name)
{
    /// <summary>Waits until it is healthy, or nearly.</summary>
    /// <exception cref="PollExhaustedException">It is not within 90 seconds.</exception>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await CephAsync(check: true, cancellationToken, "osd", "tree");
        await CephAsync(check: true, cancellationToken, "-s");
        TasksLog.Text(run.Log, "Waiting for Ceph health to reach HEALTH_OK or HEALTH WARN");
        await new Poll { Sleep = TimeSpan.FromSeconds(15), Tries = 6, Action = "check health", Time = run.Job.Time }.UntilAsync(
            async ct =>
            {
                var state = (await CephAsync(check: true, ct, "health")).Split([' ', '\n'], 2)[0];
                TasksLog.Text(run.Log, $"cluster in state: {state}");
                return state is "HEALTH_OK" or "HEALTH_WARN";
            },
            cancellationToken);
    }

    /// <summary>Makes the pool <c>rbd</c>; where there is one already, that is well.</summary>
    public async Task MakePoolAsync(CancellationToken cancellationToken)
    {
        TasksLog.Text(run.Log, "Creating RBD pool");
        await CephAsync(check: false, cancellationToken, "osd", "pool", "create", "rbd", "128", "128");
        await CephAsync(check: false, cancellationToken, "osd", "pool", "application", "enable", "rbd", "rbd", "--yes-i-really-mean-it");
    }

    /// <summary>Lets everybody on the clients' machines read the admin's keyring: workunits need it.</summary>
    public Task OpenKeyringsAsync(IEnumerable<Remote> machines, CancellationToken cancellationToken) => InParallel.ForEachAsync(
        [.. machines.Where(remote => run.Job.Cluster.RolesOf(remote).Any(role => role.StartsWith("client", StringComparison.Ordinal)))],
        (remote, ct) => remote.RunAsync(RemoteCommand.Args("chmod", "o+r", $"/etc/ceph/{name}.client.admin.keyring") with { Sudo = true }, ct),
        cancellationToken);

    private async Task<string> CephAsync(bool check, CancellationToken cancellationToken, params string[] command) =>
        (await mon.RunAsync(RemoteCommand.Args(["ceph", "--cluster", name, .. command]) with { Sudo = true, CheckStatus = check }, cancellationToken)).Stdout;
}
