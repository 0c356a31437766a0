using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary>A verb that works on the embedded lab of this host.</summary>
internal abstract class LabVerb : Verb
{
    /// <summary>What a hold by <c>lab up</c> is described with; it tells those holds from the ones of jobs.</summary>
    protected const string ByHand = "teuthology lab up";

    private readonly Option<string?> _kind = LabSettings.Kind();

    protected LabVerb(Terminal terminal, string name, string description)
        : base(terminal, name, description) => Add(_kind);

    /// <summary>Names of the machines that are there, for completion.</summary>
    public override async Task<IEnumerable<string>> CompleteAsync(ParseResult line, string current, CancellationToken cancellationToken)
    {
        if (Arguments.Count == 0)
            return [];
        await using var services = Services(null, verbose: false);
        var lab = await services.GetRequiredService<EmbeddedLab>().OpenAsync(cancellationToken);
        return (await lab.Provisioner.StatusAsync(cancellationToken)).Select(node => node.Name);
    }

    protected sealed override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        await using var services = Services(line.GetValue(_kind), line.GetValue<bool>("--verbose"));
        var lab = await services.GetRequiredService<EmbeddedLab>().OpenAsync(cancellationToken);
        return await RunAsync(lab, line, cancellationToken);
    }

    /// <summary>Does the verb's work.</summary>
    protected abstract Task<int> RunAsync(LeasedLab lab, ParseResult line, CancellationToken cancellationToken);

    /// <summary>The option that chose the kind of lab, to be handed to a child process; empty when there was none.</summary>
    protected string[] KindOption(ParseResult line) => line.GetValue(_kind) is { } kind ? ["--lab", kind] : [];

    /// <summary>Refuses a name that the lab does not have.</summary>
    /// <exception cref="ConfigurationException">There is no machine of that name.</exception>
    public static void RequireName(LeasedLab lab, string name)
    {
        var names = lab.Provisioner.MachineNames;
        if (!names.Contains(name))
            throw new ConfigurationException($"there is no machine {name} in the {lab.Provisioner.Kind} lab; its machines are {names[0]} to {names[^1]}");
    }

    /// <summary>The machine of that name when it is up.</summary>
    /// <exception cref="ConfigurationException">There is no such machine, or it is not up.</exception>
    protected static async Task<Machine> FindAsync(LeasedLab lab, string name, CancellationToken cancellationToken)
    {
        RequireName(lab, name);
        return await lab.Provisioner.FindAsync(name, cancellationToken)
            ?? throw new ConfigurationException($"{name} is not up; `teuthology lab up` makes machines, `teuthology lab status` lists them");
    }

    /// <summary>Whether a machine is held by <c>lab up</c> of <paramref name="owner"/>.</summary>
    public static bool IsByHand(NodeRecord node, string owner) =>
        node.Locked && node.Controller is null && node.LockedBy == owner && node.Description == ByHand;

    /// <summary>What the store is told of a machine that is up.</summary>
    protected static NodeRecord Facts(Machine machine, string kind) => new()
    {
        Name = machine.Name,
        MachineType = kind,
        Arch = machine.Arch,
        OsType = machine.OsType,
        OsVersion = machine.OsVersion,
        SshPubKey = machine.HostKey,
    };

    /// <summary>Names of snapshots, for completion.</summary>
    protected async Task<IEnumerable<string>> CompleteWithSnapshotsAsync(bool machinesToo, CancellationToken cancellationToken)
    {
        await using var services = Services(null, verbose: false);
        var lab = await services.GetRequiredService<EmbeddedLab>().OpenAsync(cancellationToken);
        var names = lab.Provisioner is IMachineSnapshots snapshots ? snapshots.Snapshots().Select(snapshot => snapshot.Name) : [];
        return machinesToo ? names.Concat((await lab.Provisioner.StatusAsync(cancellationToken)).Select(node => node.Name)) : names;
    }

    private ServiceProvider Services(string? kind, bool verbose) => new ServiceCollection()
        .AddSingleton(Terminal.Time)
        .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new ErrorLog(Terminal, verbose)))
        .AddEmbeddedLab(LabSettings.Read(Terminal, kind))
        .BuildServiceProvider();
}
