using System.CommandLine;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary><c>teuthology lab snapshot NAME [NODE...]</c>: keeps the disks of machines for later ones.</summary>
internal sealed class LabSnapshotVerb : LabVerb
{
    private readonly Argument<string> _name = new("NAME") { Description = "What to call it" };
    private readonly Argument<string[]> _nodes = new("NODE") { Description = "Machines, in the order in which later ones get their disks (default: all that you hold)", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _replace = new("--replace") { Description = "Instead of the one that has this name now" };
    private readonly Option<bool> _force = new("--force") { Description = "Also when somebody else or a job holds the machine" };

    public LabSnapshotVerb(Terminal terminal)
        : base(terminal, "snapshot", "Keep the disks of machines, for later ones to begin with")
    {
        foreach (var argument in new Argument[] { _name, _nodes })
            Add(argument);
        Add(_replace);
        Add(_force);
        Remarks =
        [
            "Processes on the machines stand still while their disks are copied, and go on. What is in memory is not kept: machines that begin with a snapshot are booted, with host keys of their own.",
            "A job begins with one by its key `lab: {from-snapshot: NAME}`, and makes one of its own machines by the task `lab.snapshot: NAME`.",
        ];
        Examples =
        [
            ("teuthology lab snapshot ceph-installed", "All machines that you hold"),
            ("teuthology lab snapshot base n1 --replace", "One machine, which then serves any number"),
        ];
    }

    protected override async Task<int> RunAsync(LeasedLab lab, ParseResult line, CancellationToken cancellationToken)
    {
        var snapshots = lab.Snapshots;
        var names = await HeldMachines.ChooseAsync(lab, line.GetValue(_nodes) ?? [], LabSettings.Owner(), line.GetValue(_force), cancellationToken);
        var options = new SnapshotOptions { Replace = line.GetValue(_replace) };
        var snapshot = await snapshots.SaveAsync(line.GetRequiredValue(_name), names, options, new LineProgress(Terminal.Error), cancellationToken);
        await Terminal.Out.WriteLineAsync($"{snapshot.Name}: {string.Join(' ', snapshot.Machines)}, {DataSize.Tell(snapshot.Bytes)}");
        return ExitCode.Success;
    }
}
