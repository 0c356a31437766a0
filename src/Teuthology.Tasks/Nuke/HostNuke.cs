using System.Text;
using Microsoft.Extensions.Logging;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// Returns hosts to a pristine state, in upstream's order: firewall, processes, mounts and packages; a restart; then clocks, files, and packages once more. It removes what is known
/// to come from tests of Ceph, whoever put it there, so it is for hosts that the caller holds.
/// </summary>
/// <param name="options">What to do, and what to leave.</param>
/// <param name="log">Told each step.</param>
public sealed partial class HostNuke(NukeOptions options, ILogger log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private static readonly string Script = ReadScript();

    /// <summary>Does it to one host.</summary>
    /// <param name="remote">The host, connected, without a guardian: that would end what it runs in.</param>
    /// <param name="progress">Told in words what is being done; may be null.</param>
    /// <param name="cancellationToken">Gives up between two steps.</param>
    /// <returns>What was found and done; what fails on the way is told in it.</returns>
    /// <exception cref="ConfigurationException">The host is the controller itself, or the test directory makes no sense.</exception>
    /// <exception cref="TeuthologyException">It cannot be reached.</exception>
    public async Task<NukeReport> RunAsync(Remote remote, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(remote);
        await RequireOtherHostAsync(remote, cancellationToken);
        var home = (await remote.RunAsync(RemoteCommand.Script("echo \"$HOME\"") with { Quiet = true, Label = "home" }, cancellationToken)).Stdout.Trim();
        var directory = TestDirectory(home);
        var found = new List<(string Kind, string What)>();
        var failures = new List<string>();

        Tell(options.DryRun ? "looking" : "ending processes, unmounting, removing packages");
        await StageAsync(remote, "before", options.DryRun, directory, home, found, failures, cancellationToken);
        var rebooted = false;
        if (options is { Reboot: true, DryRun: false })
        {
            Tell("restarting");
            try
            {
                await remote.RebootAsync(options.RebootPatience, cancellationToken);
                rebooted = true;
            }
            catch (TeuthologyException e) when (!cancellationToken.IsCancellationRequested)
            {
                failures.Add($"the restart failed: {e.Message}");
            }
        }

        if (options is { SynchClocks: true, DryRun: false })
            await SetClockAsync(remote, failures, cancellationToken);
        Tell(options.DryRun ? "looking at files" : "removing files");
        await StageAsync(remote, "after", options.DryRun, directory, home, found, failures, cancellationToken);
        var left = new List<(string Kind, string What)>();
        if (!options.DryRun)
        {
            var looked = new List<string>();
            await StageAsync(remote, "before", dry: true, directory, home, left, looked, cancellationToken);
            await StageAsync(remote, "after", dry: true, directory, home, left, looked, cancellationToken);
        }

        return new NukeReport(remote.ShortName) { Found = [.. found.Distinct()], Failures = [.. failures.Distinct()], Left = [.. left.Distinct()], Rebooted = rebooted };

        void Tell(string what) => progress?.Report($"{remote.ShortName}: {what}");
    }

    private async Task StageAsync(
        Remote remote, string stage, bool dry, string directory, string home, List<(string Kind, string What)> found, List<string> failures, CancellationToken cancellationToken)
    {
        var command = RemoteCommand.Args("sh", "-s", "--", stage, dry ? "1" : "0", directory, options.KeepLogs ? "1" : "0", home) with
        {
            Sudo = true,
            Stdin = Encoding.UTF8.GetBytes(Script),
            Timeout = Patience,
            CheckStatus = false,
            Quiet = true,
            Label = $"nuke {stage}",
        };
        var result = await remote.RunAsync(command, cancellationToken);
        foreach (var line in result.Stdout.Split('\n'))
        {
            if (line.StartsWith("@found ", StringComparison.Ordinal) && line["@found ".Length..].Split(' ', 2) is [var kind, var what])
            {
                found.Add((kind, what));
                LogFound(remote.ShortName, kind, what, dry);
            }
            else if (line.StartsWith("@failed ", StringComparison.Ordinal))
            {
                failures.Add(line["@failed ".Length..]);
            }
        }

        if (!result.Stdout.Contains("@done", StringComparison.Ordinal))
            failures.Add($"the script broke off with status {result.ExitStatus}: {result.Stderr.Trim().Split('\n')[^1]}");
    }

    // Processes of this very program, and its user's Ceph, would go with it.
    private static async Task RequireOtherHostAsync(Remote remote, CancellationToken cancellationToken)
    {
        const string Identity = "echo $(cat /proc/sys/kernel/random/boot_id) $(readlink /proc/self/ns/pid)";
        var boot = await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", cancellationToken);
        var ours = $"{boot.Trim()} {new FileInfo("/proc/self/ns/pid").LinkTarget}";
        var theirs = (await remote.RunAsync(RemoteCommand.Args("sh", "-c", Identity) with { Quiet = true, Label = "who it is" }, cancellationToken)).Stdout.Trim();
        if (theirs == ours)
            throw new ConfigurationException($"{remote.ShortName} is this host itself: its own processes and packages would be removed. Machines of the loopback lab are cleaned by `teuthology lab reimage`");
    }

    private static async Task SetClockAsync(Remote remote, List<string> failures, CancellationToken cancellationToken)
    {
        const string Set = """
            for s in ntp ntpd ntpsec chronyd chrony; do systemctl is-active -q $s 2>/dev/null && on="$on $s"; done
            for s in $on; do systemctl stop $s; done
            status=0
            if command -v chronyd >/dev/null; then chronyd -q -t 60 || status=$?
            elif command -v ntpd >/dev/null; then ntpd -gq || status=$?
            else echo 'neither ntpd nor chronyd is installed' >&2; status=1; fi
            for s in $on; do systemctl start $s; done
            exit $status
            """;
        var result = await remote.RunAsync(RemoteCommand.Script(Set) with { Sudo = true, CheckStatus = false, Timeout = TimeSpan.FromMinutes(6), Label = "set the clock" }, cancellationToken);
        if (result.ExitStatus != 0)
            failures.Add($"the clock was not set: {result.Stderr.Trim().Split('\n')[^1]}");
    }

    private string TestDirectory(string home)
    {
        var directory = options.TestDirectory ?? $"{home}/cephtest";
        return directory.StartsWith('/') && directory.Trim('/').Contains('/', StringComparison.Ordinal) && !directory.Contains("..", StringComparison.Ordinal)
            ? directory.TrimEnd('/')
            : throw new ConfigurationException($"test_path is '{directory}'; a directory that is to be removed must be absolute and no top-level one");
    }

    private static string ReadScript()
    {
        using var stream = typeof(HostNuke).Assembly.GetManifestResourceStream("nuke.sh") ?? throw new InvalidOperationException("the assembly lacks its resource nuke.sh");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Host}: {Kind} {What} (looked only: {Dry})")]
    private partial void LogFound(string host, string kind, string what, bool dry);
}
