using System.CommandLine;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary><c>teuthology lab restore NAME [NODE...]</c>: machines begin anew with the disks of a snapshot.</summary>
internal sealed class LabRestoreVerb : LabVerb
{
    private readonly Argument<string> _name = new("NAME") { Description = "The snapshot" };
    private readonly Argument<string[]> _nodes = new("NODE") { Description = "Machines, the first gets the first disk (default: as many of yours as it has disks)", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _force = new("--force") { Description = "Also when somebody else or a job holds the machine" };

    public LabRestoreVerb(Terminal terminal)
        : base(terminal, "restore", "Begin machines that you hold anew with the disks of a snapshot")
    {
        foreach (var argument in new Argument[] { _name, _nodes })
            Add(argument);
        Add(_force);
        Remarks = ["All that was changed on the machines since is gone afterwards. Nothing is copied: machines share the snapshot, and what they write goes to a layer of their own."];
        Examples = [("teuthology lab restore ceph-installed", "Your machines"), ("teuthology lab restore base n1 n2 n3", "Three machines with the one disk of `base`")];
    }

    /// <inheritdoc/>
    public override Task<IEnumerable<string>> CompleteAsync(ParseResult line, string current, CancellationToken cancellationToken) =>
        CompleteWithSnapshotsAsync(machinesToo: true, cancellationToken);

    protected override async Task<int> RunAsync(LeasedLab lab, ParseResult line, CancellationToken cancellationToken)
    {
        var asked = line.GetValue(_nodes) ?? [];
        var snapshot = lab.Snapshots.Require(line.GetRequiredValue(_name), Math.Max(1, asked.Length));
        var names = await HeldMachines.ChooseAsync(lab, asked, LabSettings.Owner(), line.GetValue(_force), cancellationToken);
        if (asked.Length == 0)
        {
            if (names.Count < snapshot.Machines.Count)
                throw new ConfigurationException($"snapshot '{snapshot.Name}' holds {snapshot.Machines.Count} machines and you hold {names.Count}; `teuthology lab up --nodes {snapshot.Machines.Count}` makes more, or name the machines that shall begin with it");
            names = [.. names.Take(snapshot.Machines.Count)];
        }

        var machines = await Task.WhenAll(names.Select((name, place) => lab.Snapshots.StartFromAsync(name, snapshot, place, null, cancellationToken)));
        await lab.Store.RegisterAsync(machines.Select(machine => Facts(machine, lab.Provisioner.Kind)), cancellationToken);
        foreach (var (name, place) in names.Select((name, place) => (name, place)))
            await Terminal.Out.WriteLineAsync($"{name} begins with {snapshot.Name} of {snapshot.Machines[snapshot.Machines.Count == 1 ? 0 : place]}");
        return ExitCode.Success;
    }
}
