using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary><c>clock</c>: sets the machines' clocks by ntpd or chronyd, and shows them then and at the end. Containers have the clock of their host and are passed over.</summary>
[Task("clock")]
public sealed class ClockTask : IJobTask
{
    internal const string Show = "PATH=$PATH:/usr/sbin; if command -v ntpq >/dev/null; then ntpq -p; elif command -v chronyc >/dev/null; then chronyc sources; else date -u; fi || true";

    private const string Set = """
        PATH=$PATH:/usr/sbin
        for s in ntp ntpd ntpsec chronyd chrony; do systemctl is-active -q $s 2>/dev/null && on="$on $s"; done
        for s in $on; do systemctl stop $s; done
        if command -v ntpd >/dev/null; then ntpd -gq || true
        elif command -v chronyd >/dev/null; then chronyd -q -t 60 || true
        fi
        for s in $on; do systemctl start $s; done
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(360);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var machines = Machines(run.Job);
        JobLog.Note(run.Log, "Syncing clocks and checking initial clock skew...");
        await InParallel.ForEachAsync(
            machines,
            (remote, ct) => remote.RunAsync(RemoteCommand.Script($"{Set}\n{Show}") with { Sudo = true, Label = "set the clock", Timeout = Patience, CheckStatus = false }, ct),
            cancellationToken);
        ShowAtTheEnd(run, machines);
    }

    internal static IReadOnlyList<Remote> Machines(JobContext job) => job.Shared<HostFacts>().Where(job.Cluster, f => f.OwnKernel && f.Sudo);

    internal static void ShowAtTheEnd(TaskRun run, IReadOnlyList<Remote> machines)
    {
        run.Defer("show the clocks", (_, ct) =>
        {
            JobLog.Note(run.Log, "Checking final clock skew...");
            return InParallel.ForEachAsync(machines, (remote, end) => remote.RunAsync(RemoteCommand.Script(Show) with { Label = "show the clock" }, end), ct);
        });
    }
}
