using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary>Gives machines that somebody holds a fresh system, by the provisioner of their type.</summary>
internal sealed class FreshMachines(Terminal terminal, SiteConfig site, string? labKind, ILoggerProvider logs) : IAsyncDisposable
{
    private static readonly string[] Embedded = ["root", "userns", "loopback"];

    private readonly ServiceProvider _services = new ServiceCollection()
        .AddSingleton(terminal.Time)
        .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs))
        .AddEmbeddedLab(LabSettings.ReadWithStore(terminal, labKind))
        .AddSiteLab(site)
        .BuildServiceProvider();

    /// <summary>The machines of this host's lab, to find them.</summary>
    public ILab Lab => _services.GetRequiredService<ILab>();

    /// <summary>Whether a machine is one of the embedded lab, which has one system only.</summary>
    public static bool IsEmbedded(NodeRecord node) => Embedded.Contains(node.MachineType);

    /// <summary>Who images a machine; null for nobody: what it has it keeps.</summary>
    /// <exception cref="ConfigurationException">The site's configuration of its type makes no sense.</exception>
    public IProvisioner? ProvisionerOf(NodeRecord node)
    {
        if (_services.GetService<SiteLab>() is { } lab && lab.Types.Any(type => type.Name == node.MachineType))
            return lab.Open(node.MachineType).Provisioner is { KeepsSystem: false } able ? able : null;
        return IsEmbedded(node) ? _services.GetServices<IProvisioner>().FirstOrDefault(kind => kind.Kind == node.MachineType) : null;
    }

    /// <summary>Images a machine and writes down what it turned out to be.</summary>
    /// <param name="directory">Where that is written.</param>
    /// <param name="node">The machine.</param>
    /// <param name="order">What it shall be.</param>
    /// <param name="progress">Is told in words.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="TeuthologyException">It does not come up, or with another system.</exception>
    public async Task<Machine> ImageAsync(INodeDirectory directory, NodeRecord node, MachineOrder order, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var provisioner = ProvisionerOf(node) ?? throw new TeuthologyException(FailureKind.Infrastructure, $"nobody images {node.Name}");
        await provisioner.PrepareAsync(progress, cancellationToken);
        var machine = await provisioner.StartAsync(order, progress, cancellationToken);
        if (IsOther(order, machine.OsType, machine.OsVersion))
            throw new TeuthologyException(FailureKind.Infrastructure, $"Expected {machine.Name}'s OS to be {order.OsType} {order.OsVersion} but found {machine.OsType} {machine.OsVersion}");
        await directory.UpdateAsync(node.Name, Facts(machine), cancellationToken);
        return machine;
    }

    /// <summary>Whether a system is not what was asked for; a version may be told in part: 22 for 22.04.</summary>
    public static bool IsOther(MachineOrder order, string system, string version) =>
        (order.OsType is { } type && type != system)
        || (order.OsVersion is { } asked && version != asked && !version.StartsWith(asked + ".", StringComparison.Ordinal));

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static NodeUpdate Facts(Machine machine) => new()
    {
        OsType = new Change<string?>(machine.OsType),
        OsVersion = new Change<string?>(machine.OsVersion),
        Arch = new Change<string?>(machine.Arch),
        SshPubKey = new Change<string?>(machine.HostKey),
    };
}
