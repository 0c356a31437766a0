using System.CommandLine;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary><c>teuthology reimage</c>: gives machines a fresh system, by the provisioner of their type.</summary>
internal sealed class ReimageVerb : Verb
{
    private readonly Argument<string[]> _nodes = new("NODE") { Description = "Machines, host or user@host", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> _system = new("--os-type") { HelpName = "TYPE", Description = "System to put on them: ubuntu, centos, … (default that of their type)" };
    private readonly Option<string?> _version = new("--os-version") { HelpName = "VERSION", Description = "Its version" };
    private readonly Option<string?> _owner = new("--owner") { HelpName = "OWNER", Description = "Who holds them (default you, user@host)" };
    private readonly DirectoryOption _directory;

    public ReimageVerb(Terminal terminal)
        : base(terminal, "reimage", "Give machines that you hold a fresh system")
    {
        _directory = new DirectoryOption(terminal);
        Add(_nodes);
        foreach (var option in new Option[] { _system, _version, _owner, _directory.Server })
            Add(option);
        Remarks =
        [
            "Machines of all types whose provisioner images them: FOG, MAAS, Pelagos, libvirt, the embedded lab. All are imaged at once; what they turn out to be, with their new host keys, is written down. Nothing is touched when one of them is not yours, or not of such a type.",
        ];
        Examples = [("teuthology reimage --os-type ubuntu --os-version 22.04 smithi001 smithi002", "Two machines"), ("teuthology reimage n1", "A machine of the embedded lab")];
    }

    public override async Task<IEnumerable<string>> CompleteAsync(ParseResult line, string current, CancellationToken cancellationToken) => await _directory.NamesAsync(line, cancellationToken);

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var owner = line.GetValue(_owner) ?? LabSettings.Owner();
        await using var directory = _directory.Open(line);
        var nodes = new List<NodeRecord>();
        foreach (var name in _directory.FullNames(line.GetRequiredValue(_nodes)))
            nodes.Add(await FindAsync(directory, name, cancellationToken) ?? throw new ConfigurationException($"{directory.Place} does not know {name}; `teuthology lock --brief --all` lists machines"));
        Require(nodes.Where(node => !node.Locked), names => $"Some of the nodes are not locked: {names}");
        Require(nodes.Where(node => node.LockedBy != owner), names => $"Some of the nodes are not owned by '{owner}': {names}");

        using var logs = new ErrorLog(Terminal, line.GetValue<bool>("--verbose"));
        await using var machines = new FreshMachines(Terminal, _directory.Site, labKind: null, logs);
        Require(nodes.Where(node => machines.ProvisionerOf(node) is null), names => $"Following nodes cannot be reimaged because theirs machine type is not reimageable: {names}");
        Require(
            nodes.Where(node => FreshMachines.IsEmbedded(node) && node.OsType is not null && FreshMachines.IsOther(Order(node, line, owner), node.OsType, node.OsVersion ?? "")),
            names => $"Following nodes cannot have {line.GetValue(_system)} {line.GetValue(_version)}, as the embedded lab has one system only: {names}");

        var fresh = await Task.WhenAll(nodes.Select(node => ReimageAsync(directory, machines, node, Order(node, line, owner), cancellationToken)));
        return fresh.All(done => done) ? ExitCode.Success : ExitCode.Failure;
    }

    // Machines of the embedded lab have no domain, whatever the site's is.
    private static async Task<NodeRecord?> FindAsync(INodeDirectory directory, string name, CancellationToken cancellationToken) =>
        await directory.FindAsync(name, cancellationToken) ?? await directory.FindAsync(name.Split('.')[0], cancellationToken);

    // Upstream's texts
    private static void Require(IEnumerable<NodeRecord> wrong, Func<string, string> text)
    {
        var names = wrong.Select(node => $"'{node.Name}'").ToList();
        if (names.Count > 0)
            throw new TeuthologyException(FailureKind.Infrastructure, text($"[{string.Join(", ", names)}]"));
    }

    private MachineOrder Order(NodeRecord node, ParseResult line, string owner) =>
        new(node.Name) { OsType = line.GetValue(_system), OsVersion = line.GetValue(_version), Arch = node.Arch, Owner = owner, Fence = node.Fence };

    private async Task<bool> ReimageAsync(INodeDirectory directory, FreshMachines machines, NodeRecord node, MachineOrder order, CancellationToken cancellationToken)
    {
        try
        {
            var machine = await machines.ImageAsync(directory, node, order, new LineProgress(Terminal.Error), cancellationToken);
            await Terminal.Out.WriteLineAsync($"{node.Name} is fresh: {machine.OsType} {machine.OsVersion}");
            return true;
        }
        catch (Exception e) when (e is NodeRefusedException or TeuthologyException && !cancellationToken.IsCancellationRequested)
        {
            await Terminal.Error.WriteLineAsync($"failed to reimage {node.Name}. reason: {e.Message}");
            return false;
        }
    }
}
