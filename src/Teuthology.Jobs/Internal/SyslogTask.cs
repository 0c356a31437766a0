using Microsoft.Extensions.Logging;
using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary>
/// <c>internal.syslog</c>: where rsyslogd runs, the job's part of the syslog is kept in <c>archive/syslog/</c> and the kernel's messages are
/// searched for bugs at the end; where systemd runs, its journal since boot is kept as <c>journalctl-b0.gz</c>.
/// </summary>
internal sealed class SyslogTask : IJobTask
{
    private const string Conf = "/etc/rsyslog.d/80-cephtest.conf";
    private const string Restart = "if [ -d /run/systemd/system ]; then systemctl restart rsyslog; elif [ -x /etc/init.d/rsyslog ]; then /etc/init.d/rsyslog restart; else p=$(pidof rsyslogd); kill $p; while kill -0 $p; do sleep 0.1; done 2>/dev/null; rsyslogd; fi";

    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var job = run.Job;
        var directory = job.RemoteArchive + "/syslog";
        foreach (var remote in job.Shared<HostFacts>().Where(job.Cluster, f => f.Systemd && f.Sudo))
            run.Defer($"keep the journal of {remote.ShortName}", (_, end) => KeepJournalAsync(remote, directory, end));
        var able = job.Shared<HostFacts>().Where(job.Cluster, f => f.Syslog && f.Sudo);
        if (able.Count < job.Cluster.Remotes.Count)
            JobLog.Note(run.Log, "no syslog is kept of machines where rsyslogd does not run");

        await InParallel.ForEachAsync(
            able,
            async (remote, ct) =>
            {
                run.Defer($"stop the syslog of {remote.ShortName}", (_, end) => StopAsync(run, remote, directory, end));
                var conf = $"kern.* -{directory}/kern.log;RSYSLOG_FileFormat\n*.*;kern.none -{directory}/misc.log;RSYSLOG_FileFormat\n";
                await remote.RunAsync(
                    RemoteCommand.Script($"install -d -m0777 -- {directory} && install -m0666 /dev/null {directory}/kern.log && install -m0666 /dev/null {directory}/misc.log"
                        + $" && printf %s {ShellQuote.Quote(conf)} > {Conf} && {Restart}") with { Sudo = true, Label = "start the syslog" },
                    ct);
            },
            cancellationToken);
    }

    private static Task KeepJournalAsync(Remote remote, string directory, CancellationToken cancellationToken) => remote.RunAsync(
        RemoteCommand.Script($"install -d -m0777 -- {directory} && journalctl -b 0 --no-pager | gzip -5 > {directory}/journalctl-b0.gz") with { Sudo = true, Label = "keep the journal" },
        cancellationToken);

    private static async Task StopAsync(TaskRun run, Remote remote, string directory, CancellationToken cancellationToken)
    {
        var script = $"rm -f -- {Conf}; {Restart}; {SyslogScan.Script($"{directory}/kern.log")}; "
            + $"gzip -5 -- {directory}/*.log";
        var result = await remote.RunAsync(RemoteCommand.Script(script) with { Sudo = true, Label = "stop the syslog" }, cancellationToken);
        if (result.Stdout.Trim() is { Length: > 0 } line)
            run.Job.Failures.Add(run.Name, $"{PythonRepr.Of(line)} in syslog");
    }
}
