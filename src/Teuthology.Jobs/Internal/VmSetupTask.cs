using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary>
/// <c>internal.vm_setup</c>: a machine that the lock server calls a virtual one, and that has no <c>/ceph-qa-ready</c>, gets sudo without
/// password and terminal for its login user.
/// </summary>
internal sealed class VmSetupTask : IJobTask
{
    private const string Script = """
        [ -e /ceph-qa-ready ] && exit 0
        f=/etc/sudoers.d/90-teuthology
        printf 'Defaults !requiretty\n%s ALL=(ALL) NOPASSWD:ALL\n' "$1" > $f.new && chmod 0440 $f.new && mv -f $f.new $f
        """;

    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var job = run.Job;
        if (job.Options.Site.LockServer is not { } url || !job.Spec.OwnTargets)
            return;
        await using var server = new ServerDirectory(new HttpClient(), url);
        await InParallel.ForEachAsync(
            job.Cluster.Remotes,
            async (remote, ct) =>
            {
                if (await server.FindAsync(remote.HostName, ct) is { IsVm: true })
                    await remote.RunAsync(RemoteCommand.Args("sh", "-c", Script, "sh", remote.User) with { Sudo = true, Label = "set up the VM" }, ct);
            },
            cancellationToken);
    }
}
