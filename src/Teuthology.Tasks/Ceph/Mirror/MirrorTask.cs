using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>rbd-mirror</c>, <c>cephfs_mirror</c>: a daemon that mirrors images, or file systems, to a client's cluster, until the job unwinds; one that ended by itself fails the job.
/// Keys: <c>client</c>, <c>thrash</c>.
/// </summary>
[Task("rbd-mirror")]
[Task("cephfs_mirror")]
public sealed class MirrorTask : JobTask<MirrorOptions>, ICheckedTask
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(300);
    private const int Kill = 9;
    private const int Term = 15;

    /// <inheritdoc/>
    public void Check(TaskRun run)
    {
        if (run.TryOptions<MirrorOptions>(out var options))
            _ = Client(run, options);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, MirrorOptions options, CancellationToken cancellationToken)
    {
        var (client, remote) = Client(run, options);
        var ofImages = run.Name.Replace('_', '-') == "rbd-mirror";
        var program = ofImages ? "rbd-mirror" : "cephfs-mirror";
        var cluster = run.Job.Shared<CephClusters>().Find(client.Cluster);
        var command = cluster.Program(remote, [program, "--foreground", "--cluster", client.Cluster, "--id", client.Id]) with { Label = $"{program}.{options.Client}" };
        var daemon = await run.Job.Daemons.StartAsync(
            $"{program}.{options.Client}", remote, () => command, new DaemonOptions { StopSignal = options.Thrash || !ofImages ? Term : Kill, StopGrace = StopGrace }, cancellationToken);
        var daemons = run.Job.Shared<MirrorDaemons>();
        if (ofImages)
            daemons.Add(options.Client, daemon);
        run.Defer($"stop {program} of {options.Client}", async (_, ct) =>
        {
            daemons.Remove(options.Client);
            var died = daemon.Died ? daemon.LastResult : null;
            await daemon.StopAsync(StopGrace, ct);
            if (died is not null)
                throw new TeuthologyException(FailureKind.Product, $"{program} of {options.Client} on {remote.ShortName} ended by itself, with {(died.Signal is { } signal ? $"signal {signal}" : $"status {died.ExitStatus}")}: {died.Stderr.Trim()}");
        });
    }

    private static (Role Client, Remote Remote) Client(TaskRun run, MirrorOptions options) =>
        Role.TrySplit(options.Client) is { Type: "client" } role
            ? (role, RoleCommands.Machine(run, "client", options.Client))
            : throw run.Wrong($"'{options.Client}' is no client; write one such as cluster1.client.mirror.0", "client");
}
