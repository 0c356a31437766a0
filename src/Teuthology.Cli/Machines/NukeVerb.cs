using System.CommandLine;
using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.Orchestra;
using Teuthology.Tasks;

namespace Teuthology.Cli;

/// <summary><c>teuthology nuke</c>: returns machines to a pristine state, and tells what was on them.</summary>
internal sealed class NukeVerb : Verb
{
    private const int AtOnce = 16;

    private readonly NukeOptionSet _options = new();
    private readonly DirectoryOption _directory;

    public NukeVerb(Terminal terminal)
        : base(terminal, "nuke", "Return machines to a pristine state: end, unmount, purge, clean, restart")
    {
        _directory = new DirectoryOption(terminal);
        Add(_options.Machines);
        foreach (var option in _options.All)
            Add(option);
        Add(_directory.Server);
        Remarks =
        [
            "On each machine, all at once: firewall rules of teuthology, daemons and processes of tests, mounts, Ceph's packages and their sources; a restart; clocks if asked; files, logs and settings; packages once more; and a last look. What was found is told. Whatever links against Ceph's libraries goes with the packages.",
            "Only machines that --owner holds are touched: all locks are looked at before the first machine is. Exit code 1 when a machine is not pristine afterwards; with --unlock those are printed as targets.",
        ];
        Examples =
        [
            ("teuthology nuke -t targets.yaml --dry-run", "What is on them"),
            ("teuthology nuke -t targets.yaml --unlock", "Clean them and give them back"),
            ("teuthology nuke -a archive/run/7 -r -u", "The machines of a job, after ending it"),
            ("teuthology nuke --stale --owner scheduled_teuthology@teuthology -u", "What jobs that are over still hold"),
        ];
    }

    public override async Task<IEnumerable<string>> CompleteAsync(ParseResult line, string current, CancellationToken cancellationToken) => await _directory.NamesAsync(line, cancellationToken);

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        if (line.GetValue(_options.NoReboot) && line.GetValue(_options.RebootAll))
            throw new ConfigurationException("--reboot-all and --no-reboot are mutually exclusive");
        var job = line.GetValue(_options.Archive) is { } archive ? JobOfArchive.Read(Terminal.FullPath(archive)) : null;
        var owner = line.GetValue(_options.Owner) ?? job?.Owner ?? LabSettings.Owner();
        await using var directory = _directory.Open(line);
        var chosen = await new NukeSelection(Terminal, _directory, directory, _options, owner).ChooseAsync(line, job, cancellationToken);
        if (chosen.Count == 0)
        {
            await Terminal.Error.WriteLineAsync("no machine is to be nuked");
            return ExitCode.Success;
        }

        if (line.GetValue(_options.DryRun))
            await Terminal.Error.WriteLineAsync("Not actually nuking anything since --dry-run was passed");
        else
            await EndJobAsync(line.GetValue(_options.Pid), job, cancellationToken);

        await using var access = new MachineAccess(Terminal, _directory.Site, directory is StoreDirectory, line.GetValue<bool>("--verbose"));
        var failed = new List<NodeRecord>();
        using var places = new SemaphoreSlim(AtOnce);
        await Task.WhenAll(chosen.Select(async node =>
        {
            await places.WaitAsync(cancellationToken);
            try
            {
                var clean = await OneAsync(line, directory, access, node, owner, cancellationToken);
                lock (failed)
                {
                    if (!clean)
                        failed.Add(node);
                }
            }
            finally
            {
                places.Release();
            }
        }));
        if (failed.Count == 0)
            return ExitCode.Success;
        await Terminal.Error.WriteLineAsync("Could not nuke the following targets:");
        NodeListings.WriteTargets(line.GetValue(_options.Json) ? Terminal.Error : Terminal.Out, failed.OrderBy(n => n.Name, StringComparer.Ordinal).Select(n => KeyValuePair.Create(n.Name, n.SshPubKey)));
        return ExitCode.Failure;
    }

    private async Task EndJobAsync(int? pid, JobOfArchive? job, CancellationToken cancellationToken)
    {
        if ((pid ?? job?.Pid) is not { } process)
            return;
        if (await JobOfArchive.EndAsync(process, pid is null ? job?.Archive : null, cancellationToken))
            await Terminal.Error.WriteLineAsync($"ended the process {process}");
        else if (pid is not null)
            await Terminal.Error.WriteLineAsync($"there is no process {process} any more");
    }

    private async Task<bool> OneAsync(ParseResult line, INodeDirectory directory, MachineAccess access, NodeRecord node, string owner, CancellationToken cancellationToken)
    {
        var unlock = line.GetValue(_options.Unlock) && !line.GetValue(_options.DryRun);
        try
        {
            if (node.IsVm && unlock)
                return await UnlockAsync(directory, node, owner, cancellationToken);
            await using var remote = await ReachAsync(line, access, node, cancellationToken);
            var options = new NukeOptions
            {
                DryRun = line.GetValue(_options.DryRun),
                Reboot = !line.GetValue(_options.NoReboot),
                KeepLogs = line.GetValue(_options.KeepLogs),
                SynchClocks = line.GetValue(_options.SynchClocks),
                TestDirectory = _directory.Site.TestPath,
            };
            var report = await new HostNuke(options, access.Logs.CreateLogger(nameof(HostNuke))).RunAsync(remote, new LineProgress(Terminal.Error), cancellationToken);
            await TellAsync(report, line, cancellationToken);
            return report.IsPristine && (!unlock || await UnlockAsync(directory, node, owner, cancellationToken));
        }
        catch (TeuthologyException e) when (!cancellationToken.IsCancellationRequested)
        {
            await Terminal.Error.WriteLineAsync($"{node.Name}: {e.Message}");
            return false;
        }
    }

    // One that is off is switched on, where somebody can.
    private async Task<Remote> ReachAsync(ParseResult line, MachineAccess access, NodeRecord node, CancellationToken cancellationToken)
    {
        try
        {
            return await access.ConnectAsync(node.Name, cancellationToken);
        }
        catch (TeuthologyException) when (!line.GetValue(_options.NoIpmi) && !line.GetValue(_options.DryRun) && !cancellationToken.IsCancellationRequested
            && ConsoleOf(access, node) is not NoConsole)
        {
            await Terminal.Error.WriteLineAsync($"{node.Name} does not answer: its power is switched on");
            await ConsoleOf(access, node).SetPowerAsync(on: true, cancellationToken);
            return await access.ConnectAsync(node.Name, cancellationToken);
        }
    }

    private IConsole ConsoleOf(MachineAccess access, NodeRecord node) =>
        ConsoleChoice.Of(node.Name, null, IpmiOptions.Of(_directory.Site), Terminal.Time, access.Logs.CreateLogger("teuthology.orchestra.console"));

    private async Task<bool> UnlockAsync(INodeDirectory directory, NodeRecord node, string owner, CancellationToken cancellationToken)
    {
        try
        {
            await directory.UnlockAsync(node.Name, owner, null, cancellationToken);
            await Terminal.Error.WriteLineAsync($"unlocked: {node.Name}");
            return true;
        }
        catch (NodeRefusedException e)
        {
            await Terminal.Error.WriteLineAsync($"failed to unlock {node.Name}. reason: {e.Message}");
            return false;
        }
    }

    private async Task TellAsync(NukeReport report, ParseResult line, CancellationToken cancellationToken)
    {
        var text = line.GetValue(_options.Json) ? NukeTelling.Json(report).ToJsonString() : NukeTelling.Text(report, line.GetValue(_options.DryRun));
        await Terminal.Out.WriteLineAsync(text.AsMemory(), cancellationToken);
    }
}
