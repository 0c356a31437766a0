using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>clock</c>: sets the machines' clocks by NTP (ntpd or chrony, whichever is there) and shows how they stand, again when the job unwinds;
/// <c>clock.check</c> only shows. A machine that shares the controller's kernel shares its clock, and only shows it.
/// </summary>
[Task("clock")]
[Task("clock.check")]
public sealed class ClockTask : IJobTask
{
    private const string Show = """
        PATH=/usr/bin:/usr/sbin
        ntpq -p 2>/dev/null || chronyc sources 2>/dev/null || echo "no ntpq, no chronyc: the clock says $(date -u +%FT%T.%NZ)"
        """;

    private const string Synchronize = """
        if [ "$(cat /proc/sys/kernel/random/boot_id)" = "$1" ]; then echo "the clock is the controller's"; exit 0; fi
        each() { systemctl "$1" ntp.service || systemctl "$1" ntpd.service || systemctl "$1" chronyd.service || systemctl "$1" chrony.service; }
        each stop
        ntpd -gq || chronyc makestep
        each start
        exit 0
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(360);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        if (run.Config is not null)
            throw run.Wrong("it takes no configuration");
        var own = new List<Remote>();
        foreach (var remote in run.Job.Cluster.Remotes)
        {
            if (!(await remote.Facts.GetAsync(cancellationToken)).IsContainer)
                own.Add(remote);
        }

        if (!run.Name.EndsWith(".check", StringComparison.Ordinal))
        {
            TasksLog.Text(run.Log, "Syncing clocks and checking initial clock skew...");
            var boot = await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", cancellationToken);
            await InParallel.ForEachAsync(
                own,
                (remote, ct) => remote.RunAsync(RemoteCommand.Args("sh", "-c", Synchronize, "sh", boot.Trim()) with { Sudo = run.Job.HasSudo(remote), Label = "set the clock", Timeout = Patience }, ct),
                cancellationToken);
        }

        await ShowAsync(cancellationToken);
        run.Defer("check the clocks", (_, ct) => ShowAsync(ct));

        Task ShowAsync(CancellationToken ct) => InParallel.ForEachAsync(own, (remote, token) => remote.RunAsync(RemoteCommand.Script(Show) with { Label = "show the clock", Timeout = Patience }, token), ct);
    }
}
