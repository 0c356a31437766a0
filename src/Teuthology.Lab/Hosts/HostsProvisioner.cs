using System.Net.Sockets;

namespace Teuthology.Lab;

/// <summary>Hosts that exist, whoever owns them; a reimager, where there is one, gives them the system that a job wants.</summary>
/// <param name="type">Their machine type.</param>
/// <param name="inventory">Their names.</param>
/// <param name="reimager">Puts systems onto them.</param>
/// <param name="shell">Runs commands on them.</param>
/// <param name="site">Domain, login user and key.</param>
/// <param name="time">Clock of deadlines.</param>
internal sealed class HostsProvisioner(MachineTypeSettings type, MachineInventory inventory, IReimager reimager, IMachineShell shell, SiteConfig site, TimeProvider time) : IProvisioner
{
    private const LabFeatures Unless = LabFeatures.Root | LabFeatures.OwnRoot | LabFeatures.OwnNetwork | LabFeatures.CephPackages | LabFeatures.Fuse | LabFeatures.Systemd;

    /// <summary>Pause between two looks whether a host's sshd answers.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public string Kind => reimager.Kind;

    /// <inheritdoc/>
    public string MachineType => type.Name;

    /// <inheritdoc/>
    public bool MakesMachines => false;

    /// <inheritdoc/>
    public bool KeepsSystem => !reimager.Reimages;

    /// <inheritdoc/>
    public IReadOnlyList<string> MachineNames => inventory.Names;

    /// <inheritdoc/>
    /// <remarks>What hosts can do shows when they are asked; until then they count as able to do anything, unless the site says <c>features</c>.</remarks>
    public async Task<LabOffer> DescribeAsync(CancellationToken cancellationToken)
    {
        var machines = (await inventory.ReadAsync(cancellationToken)).Count;
        var obstacle = machines == 0
            ? $"there is no machine of type {type.Name}: name some under machine_types.{type.Name}.machines, or add them by `teuthology lock` or paddles' API"
            : await reimager.ObstacleAsync(cancellationToken);
        return new LabOffer(MachineType, obstacle is null ? machines : 0, obstacle is null ? type.Features ?? Unless : LabFeatures.None, obstacle);
    }

    /// <inheritdoc/>
    public async Task PrepareAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        // A job that asks for a system can only get a host of which it is known.
        if (KeepsSystem)
            await inventory.RegisterAsync(cancellationToken);
        await inventory.ReadAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Machine> StartAsync(string name, IProgress<string>? progress, CancellationToken cancellationToken) =>
        StartAsync(new MachineOrder(name), progress, cancellationToken);

    /// <inheritdoc/>
    public async Task<Machine> StartAsync(MachineOrder order, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var host = await MachineAsync(order.Name, cancellationToken);
order = SystemOf(order);
        var version = await reimager.DeployAsync(host, order, progress, cancellationToken) ?? order.OsVersion;
        await AnsweringAsync(host, progress, cancellationToken);
        if (reimager.Reimages)
            host = host with { HostKey = await shell.HostKeyAsync(host, cancellationToken) ?? throw Silent(host, "shows no host key") };
        else if (host.HostKey is null && site.VerifyHostKeys)
            throw Silent(host, $"has a host key that is not known: give it as machine_types.{type.Name}.machines.{host.Name}.ssh_pub_key, have `teuthology updatekeys` ask for it, or set verify_host_keys: false");

        await reimager.SettleAsync(host, shell, cancellationToken);
        var facts = await MachineFacts.AskAsync(host, shell, cancellationToken);
        if (reimager.Reimages && !facts.Is(order.OsType, version))
            throw new TeuthologyException(FailureKind.Infrastructure, $"Expected {host.Name}'s OS to be {order.OsType} {version} but found {facts.OsType} {facts.OsVersion}");
        return host with { OsType = facts.OsType, OsVersion = facts.OsVersion, Arch = facts.Arch, Features = type.Features ?? facts.Features };
    }

    /// <inheritdoc/>
    public async Task StopAsync(string name, CancellationToken cancellationToken)
    {
        if (reimager.Reimages)
            await reimager.ReleaseAsync(await MachineAsync(name, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Machine?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await inventory.ReadAsync(cancellationToken);
        return inventory.Names.Contains(name) ? await MachineAsync(name, cancellationToken) : null;
    }

    /// <inheritdoc/>
    /// <remarks>A host is up when its sshd answers.</remarks>
    public async Task<IReadOnlyList<NodeStatus>> StatusAsync(CancellationToken cancellationToken)
    {
        await inventory.ReadAsync(cancellationToken);
        return await Task.WhenAll(inventory.Names.Select(async name =>
        {
            try
            {
                var host = await MachineAsync(name, cancellationToken);
                return new NodeStatus(name, host.Address, await SshGreeting.AnswersAsync(host, TimeSpan.FromSeconds(5), cancellationToken), 0, null);
            }
            catch (Exception e) when (e is TeuthologyException or SocketException)
            {
                return new NodeStatus(name, inventory.Of(name).Address ?? "", Up: false, 0, null);
            }
        }));
    }

    /// <inheritdoc/>
    /// <remarks>The hosts are the site's: there is nothing to take away.</remarks>
    public Task DownAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> CollectGarbageAsync(Func<string, bool> isHeld, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    private async Task<Machine> MachineAsync(string name, CancellationToken cancellationToken)
    {
        var entry = inventory.Of(name);
        var host = entry.Address ?? (site.LabDomain.Length > 0 && !name.Contains('.', StringComparison.Ordinal) ? $"{name}.{site.LabDomain.TrimStart('.')}" : name);
        var machine = await TargetMachine.OfAsync(new Target(entry.User ?? site.TestUser, host, entry.HostKey), site, cancellationToken);
        return machine with { Name = name, IsPhysical = true };
    }

    // A job without a system gets that of its machine type, or upstream's default.
    private MachineOrder SystemOf(MachineOrder order)
    {
        var system = order.OsType ?? type.OsType ?? (reimager.Reimages ? DefaultSystems.OsType : null);
        return order with { OsType = system, OsVersion = order.OsVersion ?? (system == type.OsType ? type.OsVersion : null) ?? (reimager.Reimages ? DefaultSystems.VersionOf(system!) : null) };
    }

    private async Task AnsweringAsync(Machine host, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var nudged = false;
        await new Polling(Pause, reimager.SshDeadline).UntilAsync(
            async waited =>
            {
                if (await SshGreeting.AnswersAsync(host, TimeSpan.FromSeconds(20), cancellationToken))
                    return host;
                if (!nudged && waited >= reimager.SshDeadline / 2)
                {
                    nudged = true;
                    await reimager.NudgeAsync(host, progress, cancellationToken);
                }

                return null;
            },
            waited => Silent(host, $"did not answer SSH within {waited.TotalSeconds:F0} s"),
            time,
            cancellationToken);
    }

    private static TeuthologyException Silent(Machine host, string what) =>
        new(FailureKind.Infrastructure, $"machine {host.Name} ({SshGreeting.PlaceOf(host)}) {what}");
}
