using System.CommandLine;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary><c>teuthology lock</c>: who holds which machine, in upstream's options and formats, on the store of this host.</summary>
internal sealed class LockVerb : Verb
{
    private readonly Argument<string[]> _machines = new("MACHINE") { Description = "Only these machines", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _list = new("--list") { Description = "Machines as JSON" };
    private readonly Option<bool> _brief = new("--brief") { Description = "Machines, a line each" };
    private readonly Option<bool> _targets = new("--list-targets") { Description = "Machines as the `targets` of a job file" };
    private readonly Option<bool> _summary = new("--summary") { Description = "Numbers by type and owner" };
    private readonly Option<bool> _unlock = new("--unlock") { Description = "Free the named machines" };
    private readonly Option<bool> _all = new("--all", "-a") { Description = "Machines of everybody, not only yours" };
    private readonly Option<string?> _owner = new("--owner") { HelpName = "OWNER", Description = "Machines of this owner (default you, user@host)" };
    private readonly Option<string?> _type = new("--machine-type", "-m") { HelpName = "TYPE", Description = "Machines of this type" };
    private readonly Option<string?> _status = new("--status") { HelpName = "STATUS", Description = "Machines that are up or down" };
    private readonly Option<bool?> _locked = new("--locked") { HelpName = "BOOL", Description = "Machines that are locked: true or false" };
    private readonly Option<string?> _pattern = new("--desc-pattern") { HelpName = "TEXT", Description = "Machines with this in their description" };

    public LockVerb(Terminal terminal)
        : base(terminal, "lock", "Show and break the locks on machines")
    {
        _status.AcceptOnlyFromAmong("up", "down");
        Add(_machines);
        foreach (var option in new Option[] { _list, _brief, _targets, _summary, _unlock, _all, _owner, _type, _status, _locked, _pattern })
            Add(option);
        Remarks =
        [
            "A listing without machines, --owner or --all shows your own. Locks of jobs are leases: they end with the process that runs the job, so --unlock is for those that a person took. A job whose machine is unlocked ends dead.",
        ];
        Examples =
        [
            ("teuthology lock --brief --all", "Every machine with its holder"),
            ("teuthology lock --list --locked true -a", "Locked machines as JSON"),
            ("teuthology lock --unlock n1 --owner me@here", "Free a machine"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var actions = new[] { _list, _brief, _targets, _summary, _unlock }.Where(line.GetValue).ToList();
        if (actions.Count != 1)
            throw new ConfigurationException("exactly one of --list, --brief, --list-targets, --summary and --unlock must be given");
        var names = line.GetValue(_machines) ?? [];
        if (line.GetValue(_all) && (names.Length > 0 || line.GetValue(_owner) is not null))
            throw new ConfigurationException("--all takes neither machines nor --owner");

        var state = LabSettings.Read(Terminal, null).StateDirectory;
        await using var store = new LeaseStore(Path.Combine(state, "leases.db"), Terminal.Time);
        var nodes = await store.ListAsync(cancellationToken);
        if (names.Except(nodes.Select(node => node.Name)).FirstOrDefault() is { } unknown)
            throw new ConfigurationException($"there is no machine {unknown}; `teuthology lock --brief --all` lists them");
        if (actions[0] == _unlock)
            return await UnlockAsync(store, nodes, names, line, cancellationToken);

        var chosen = Choose(nodes, names, line).ToList();
        if (actions[0] == _list)
            NodeListings.WriteJson(Terminal.Out, chosen);
        else if (actions[0] == _brief)
            NodeListings.WriteBrief(Terminal.Out, chosen);
        else if (actions[0] == _targets)
            NodeListings.WriteTargets(Terminal.Out, chosen);
        else
            NodeListings.WriteSummary(Terminal.Out, nodes.Where(node => Matches(node, line)));
        return ExitCode.Success;
    }

    private async Task<int> UnlockAsync(LeaseStore store, IReadOnlyList<NodeRecord> nodes, string[] names, ParseResult line, CancellationToken cancellationToken)
    {
        if (names.Length == 0)
            throw new ConfigurationException("--unlock requires specific machines passed as arguments");
        var owner = line.GetValue(_owner) ?? LabSettings.Owner();
        var freed = await store.BreakAsync(owner, names, cancellationToken);
        foreach (var name in names.Except(freed))
        {
            var node = nodes.First(n => n.Name == name);
            var reason = node.Locked ? $"it is locked by {node.LockedBy}, not {owner}" : "it is not locked";
            await Terminal.Error.WriteLineAsync($"failed to unlock {name}. reason: {reason}");
        }

        return freed.Count == names.Distinct().Count() ? ExitCode.Success : ExitCode.Failure;
    }

    private IEnumerable<NodeRecord> Choose(IReadOnlyList<NodeRecord> nodes, string[] names, ParseResult line)
    {
        var owner = line.GetValue(_all) || names.Length > 0 ? line.GetValue(_owner) : line.GetValue(_owner) ?? LabSettings.Owner();
        return nodes.Where(node =>
            (names.Length == 0 || names.Contains(node.Name))
            && (owner is null || node.LockedBy == owner)
            && Matches(node, line));
    }

    private bool Matches(NodeRecord node, ParseResult line) =>
        (line.GetValue(_type) is not { } type || type.Split(',', '|', ' ').Contains(node.MachineType))
        && (line.GetValue(_status) is not { } status || node.Up == (status == "up"))
        && (line.GetValue(_locked) is not { } locked || node.Locked == locked)
        && (line.GetValue(_pattern) is not { } pattern || node.Description?.Contains(pattern, StringComparison.Ordinal) == true);
}
