using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>SELinux of one machine, while a job has it.</summary>
internal sealed class SelinuxHost(TaskRun run, Remote remote, SelinuxOptions options)
{
    private const string AuditLog = "/var/log/audit/audit.log";

    // Denials of the machines' own making, as known upstream; the last one is written there so that grep ends with an error, and finds nothing at all.
    private static readonly string[] Known =
    [
        "comm=\"dmidecode\"", "chronyd.service", "name=\"cephtest\"", "scontext=system_u:system_r:nrpe_t:s0",
        "scontext=system_u:system_r:pcp_pmlogger_t", "scontext=system_u:system_r:pcp_pmcd_t:s0", "comm=\"rhsmd\"",
        "scontext=system_u:system_r:syslogd_t:s0", "tcontext=system_u:system_r:nrpe_t:s0", "comm=\"updatedb\"", "comm=\"smartd\"",
        "comm=\"rhsmcertd-worke\"", "comm=\"setroubleshootd\"", "comm=\"rpm\"", "tcontext=system_u:object_r:container_runtime_exec_t:s0",
        "comm=\"ksmtuned\"", "comm=\"sssd\"", "comm=\"sss_cache\"", "context=system_u:system_r:NetworkManager_dispatcher_t:s0",
        "context=system_u:system_r:getty_t:s0", "comm=\"iptables\"", "comm=\"systemd\".*denied.*{ prog_run }.*tclass=bpf.*permissive=1",
    ];

    private string? _mode;
    private IReadOnlyList<string> _before = [];

    public Remote Remote => remote;

    private string Wanted => options.Mode.ToString().ToLowerInvariant();

    /// <summary>Rotates the audit log, notes the mode and the denials, sets the mode.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await RootAsync(["service", "auditd", "rotate"], cancellationToken);
        _mode = (await remote.RunAsync(RemoteCommand.Args("/usr/sbin/getenforce"), cancellationToken)).Stdout.Trim().ToLowerInvariant();
        TasksLog.Text(run.Log, $"Existing SELinux mode of {remote.ShortName}: {_mode}");
        _before = await DenialsAsync(cancellationToken);
        if (_mode != "disabled")
            await RootAsync(["/usr/sbin/setenforce", Wanted], cancellationToken);
    }

    /// <summary>Sets the mode that was, and copies the audit log into the machine's archive.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        if (_mode is { } mode && mode != "disabled" && mode != Wanted)
        {
            TasksLog.Text(run.Log, "Restoring old SELinux modes");
            await RootAsync(["/usr/sbin/setenforce", mode], cancellationToken);
        }

        if (run.Job.ArchivePath is null)
            return;
        var audit = ShellQuote.Quote(run.Job.RemoteArchive + "/audit");
        await remote.RunAsync(
            RemoteCommand.Script($"mkdir {audit} && sudo cp {AuditLog} {audit} && sudo chown $USER {audit}/audit.log && gzip {audit}/audit.log") with { Label = "keep the audit log" },
            cancellationToken);
    }

    /// <summary>Denials that were not there at first.</summary>
    public async Task<IReadOnlyList<string>> NewDenialsAsync(CancellationToken cancellationToken) =>
        _mode is null ? [] : [.. (await DenialsAsync(cancellationToken)).Except(_before, StringComparer.Ordinal)];

    private async Task<IReadOnlyList<string>> DenialsAsync(CancellationToken cancellationToken)
    {
        CommandWord[] words =
        [
            "sudo", "grep", "-a", "avc: .*denied", AuditLog, CommandWord.Raw("|"), "grep", "-av",
            .. Known.Concat(options.Allowlist).Concat(options.Whitelist).SelectMany(denial => new CommandWord[] { "-e", denial }),
        ];
        var found = await remote.RunAsync(RemoteCommand.Words(words) with { CheckStatus = false, Label = "denials" }, cancellationToken);
        if (found.ExitStatus > 1)
            throw run.Wrong($"denials on {remote.ShortName} cannot be told apart: {found.Stderr.Trim()}", "allowlist");
        return found.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private Task RootAsync(string[] command, CancellationToken cancellationToken) =>
        remote.RunAsync(RemoteCommand.Args(command) with { Sudo = true }, cancellationToken);
}
