using System.CommandLine;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary><c>teuthology lock</c>: who holds which machine, in upstream's options and formats, on the store of this host or at a lock server.</summary>
internal sealed class LockVerb : Verb
{
    private readonly LockOptionSet _options = new();
    private readonly DirectoryOption _directory;

    public LockVerb(Terminal terminal)
        : base(terminal, "lock", "Lock, unlock and list machines")
    {
        _directory = new DirectoryOption(terminal);
        Add(_options.Machines);
        foreach (var option in _options.Options)
            Add(option);
        Add(_directory.Server);
        Remarks =
        [
            "A listing without machines, --owner or --all shows your own. Locks of jobs are leases: they end with the process that runs the job, so --unlock is for those that a person took. A job whose machine is unlocked ends dead.",
            "Names without a domain get lab_domain of the site's configuration. Exit code 0: done; 1: a machine or a server refused; 2: the command line makes no sense.",
        ];
        Examples =
        [
            ("teuthology lock --brief --all", "Every machine with its holder"),
            ("teuthology lock --lock-many 3 -m smithi --until \"tomorrow 18:00\" --desc tests > targets.yaml", "Three machines, free again by themselves"),
            ("teuthology lock --unlock -t targets.yaml", "Give them back before"),
            ("teuthology lock --lock smithi001 --server http://paddles.example.com/", "A machine of a lock server"),
            ("teuthology lock --update --status down --desc \"disk is bad\" smithi004", "Take a machine out of use"),
            ("teuthology lock --list -a --json-query '{\"os_type\": \"centos\"}'", "Machines as JSON"),
        ];
    }

    public override async Task<IEnumerable<string>> CompleteAsync(ParseResult line, string current, CancellationToken cancellationToken) =>
        await _directory.NamesAsync(line, cancellationToken);

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var given = line.GetValue(_options.Machines) ?? [];
        var names = _directory.FullNames(line.GetValue(_options.Targets) is { } file ? given.Concat(TargetsFile.Read(Terminal.FullPath(file))) : given);
        var action = _options.Action(line, names);
        DateTimeOffset? until = line.GetValue(_options.Until) is { } end ? HoldEnd.Parse(end, Terminal.Time) : null;
        await using var directory = _directory.Open(line);
        if (action == _options.Summary)
            return await SummaryAsync(directory, line, cancellationToken);
        if (action == _options.Update)
            return await UpdateAsync(directory, names, line, cancellationToken);
        if (action == _options.Lock || action == _options.LockMany || action == _options.Unlock)
        {
            var locking = new Locking(Terminal, directory, line.GetValue(_options.Owner) ?? LabSettings.Owner(), line.GetValue(_options.Description), until);
            if (action == _options.Unlock)
                return await locking.UnlockAsync(names, line.GetValue(_options.Force), cancellationToken);
            return action == _options.Lock
                ? await locking.LockAsync(names, line.GetValue(_options.Force), cancellationToken)
                : await locking.LockManyAsync(Request(line), line.GetValue(_options.Block), cancellationToken);
        }

        return await ListAsync(directory, action, names, line, cancellationToken);
    }

    private LockManyRequest Request(ParseResult line) => new()
    {
        Count = line.GetValue(_options.LockMany)!.Value,
        MachineTypes = MachineTypeText.Parse(line.GetValue(_options.MachineType)) is { Count: > 0 } types ? types : throw new ConfigurationException("must specify machine type to lock: --machine-type"),
        OsType = line.GetValue(_options.OsType),
        OsVersion = line.GetValue(_options.OsVersion),
        Arch = line.GetValue(_options.Arch),
    };

    private async Task<int> ListAsync(INodeDirectory directory, Option action, IReadOnlyList<string> names, ParseResult line, CancellationToken cancellationToken)
    {
        var keys = new HostKeys(Terminal, directory, _directory.Site);
        var nodes = await StatusesAsync(directory, names, cancellationToken);
        var owner = line.GetValue(_options.Owner) ?? LabSettings.Owner();
        if (await keys.RefreshAsync([.. nodes.Where(node => node is { IsVm: true, Locked: true } && (names.Count > 0 || node.LockedBy == owner))], cancellationToken))
            nodes = await StatusesAsync(directory, names, cancellationToken);
        if (nodes.Count == 0)
        {
            await Terminal.Error.WriteLineAsync(names.Count > 0 ? "error retrieving lock statuses" : $"error retrieving lock statuses: {directory.Place} knows no machine");
            return ExitCode.Failure;
        }

        var chosen = await new NodeSelection(line, _options, Terminal).ChooseAsync(nodes, names.Count > 0, directory, cancellationToken);
        if (action == _options.List)
            NodeListings.WriteJson(Terminal.Out, chosen);
        else if (action == _options.Brief)
            NodeListings.WriteBrief(Terminal.Out, chosen);
        else
            NodeListings.WriteTargets(Terminal.Out, chosen.Select(node => KeyValuePair.Create(node.Name, node.SshPubKey)));
        return ExitCode.Success;
    }

    private async Task<IReadOnlyList<NodeRecord>> StatusesAsync(INodeDirectory directory, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
            return await directory.ListAsync(NodeQuery.All, cancellationToken);
        var nodes = new List<NodeRecord>();
        foreach (var name in names)
        {
            if (await directory.FindAsync(name, cancellationToken) is { } node)
                nodes.Add(node);
            else
                await Terminal.Error.WriteLineAsync($"Lockserver doesn't know about machine: {name}");
        }

        return nodes;
    }

    private async Task<int> SummaryAsync(INodeDirectory directory, ParseResult line, CancellationToken cancellationToken)
    {
        var types = MachineTypeText.Parse(line.GetValue(_options.MachineType));
        NodeListings.WriteSummary(Terminal.Out, await directory.ListAsync(new NodeQuery { MachineTypes = types.Count > 0 ? types : null }, cancellationToken));
        return ExitCode.Success;
    }

    private async Task<int> UpdateAsync(INodeDirectory directory, IReadOnlyList<string> names, ParseResult line, CancellationToken cancellationToken)
    {
        var change = new NodeUpdate
        {
            Description = line.GetValue(_options.Description) is { } text ? new Change<string?>(text) : null,
            Up = line.GetValue(_options.Status) is { } status ? status == "up" : null,
        };
        var exitCode = ExitCode.Success;
        foreach (var name in names)
        {
            try
            {
                await directory.UpdateAsync(name, change, cancellationToken);
            }
            catch (NodeRefusedException e)
            {
                await Terminal.Error.WriteLineAsync($"failed to update {name}. reason: {e.Message}");
                exitCode = ExitCode.Failure;
            }
        }

        return exitCode;
    }
}
