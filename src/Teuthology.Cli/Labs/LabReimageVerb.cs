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
        var names = line.GetRequiredValue(_nodes).Distinct(StringComparer.Ordinal).ToList();
        var owner = LabSettings.Owner();
        var records = await lab.Store.ListAsync(cancellationToken);
        foreach (var name in names)
        {
            RequireName(lab, name);
            var record = records.FirstOrDefault(node => node.Name == name && node.MachineType == lab.Provisioner.Kind);
            if (record?.Locked != true)
                throw new ConfigurationException($"{name} is held by nobody; `teuthology lab up` holds machines for you");
            if (!IsByHand(record, owner) && !line.GetValue(_force))
                throw new ConfigurationException($"{name} is held by {record.LockedBy} for {record.Description}; --force reimages it all the same");
        }

        await lab.Provisioner.PrepareAsync(null, cancellationToken);
        await Task.WhenAll(names.Select(name => lab.Provisioner.StartAsync(name, null, cancellationToken)));
        foreach (var name in names)
            await Terminal.Out.WriteLineAsync($"{name} is fresh");
        return ExitCode.Success;
    }
}
