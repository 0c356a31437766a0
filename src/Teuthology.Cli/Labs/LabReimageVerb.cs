using System.CommandLine;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary><c>teuthology lab reimage</c>: a machine as fresh as on its first day.</summary>
internal sealed class LabReimageVerb : LabVerb
{
    private readonly Argument<string[]> _nodes = new("NODE") { Description = "Machines, e.g. n1", Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> _force = new("--force") { Description = "Also when somebody else or a job holds the machine" };

    public LabReimageVerb(Terminal terminal)
        : base(terminal, "reimage", "Give machines that you hold a fresh root")
    {
        Add(_nodes);
        Add(_force);
        Remarks = ["All that was changed on the machine is gone afterwards; name, address and holder stay."];
        Examples = [("teuthology lab reimage n1", "One machine"), ("teuthology lab reimage n1 n2", "Two at once")];
    }

    protected override async Task<int> RunAsync(LeasedLab lab, ParseResult line, CancellationToken cancellationToken)
    {
        var names = await HeldMachines.ChooseAsync(lab, line.GetRequiredValue(_nodes), LabSettings.Owner(), line.GetValue(_force), cancellationToken);
        await lab.Provisioner.PrepareAsync(null, cancellationToken);
        var machines = await Task.WhenAll(names.Select(name => lab.Provisioner.StartAsync(name, null, cancellationToken)));
        await lab.Store.RegisterAsync(machines.Select(machine => Facts(machine, lab.Provisioner.Kind)), cancellationToken);
        foreach (var name in names)
            await Terminal.Out.WriteLineAsync($"{name} is fresh");
        return ExitCode.Success;
    }
}
