using System.Net;

namespace Teuthology.Lab;

/// <summary>Virtual machines that libvirt carries, made for each lease and destroyed after it: downburst's work. Kind <c>libvirt</c>.</summary>
/// <param name="type">Their machine type.</param>
/// <param name="options">How they are made.</param>
/// <param name="inventory">Their names.</param>
/// <param name="hosts">Which libvirt carries which.</param>
/// <param name="maker">Makes them.</param>
/// <param name="keys">Keys of the machines.</param>
/// <param name="shell">Runs commands on them.</param>
/// <param name="site">Login user and domain.</param>
/// <param name="time">Clock of deadlines.</param>
internal sealed class LibvirtProvisioner(
    MachineTypeSettings type, LibvirtOptions options, MachineInventory inventory, LibvirtHosts hosts, GuestMaker maker, GuestKeys keys, IMachineShell shell, SiteConfig site, TimeProvider time) : IProvisioner
{
    private const LabFeatures Unless = LabFeatures.Root | LabFeatures.OwnRoot | LabFeatures.OwnNetwork | LabFeatures.CephPackages | LabFeatures.Fuse | LabFeatures.Systemd;

    /// <inheritdoc/>
    public string Kind => "libvirt";

    /// <inheritdoc/>
    public string MachineType => type.Name;

    /// <inheritdoc/>
    public IReadOnlyList<string> MachineNames => inventory.Names;

    /// <inheritdoc/>
    public async Task<LabOffer> DescribeAsync(CancellationToken cancellationToken)
    {
        var machines = await inventory.ReadAsync(cancellationToken);
        var obstacle = machines.Count == 0
            ? $"there is no machine of type {type.Name}: name some under machine_types.{type.Name}.machines, or add them by `teuthology lock` or paddles' API"
            : ToolRun.Find("virsh") is null ? "this host has no virsh: apt-get install libvirt-clients"
            : CloudSeed.Program() is null ? "no program here writes cloud-init's seed: apt-get install genisoimage (or xorriso)"
            : await HostsObstacleAsync(machines, cancellationToken);
        return new LabOffer(MachineType, obstacle is null ? machines.Count : 0, obstacle is null ? type.Features ?? Unless : LabFeatures.None, obstacle);
    }

    /// <inheritdoc/>
    public async Task PrepareAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        if ((await DescribeAsync(cancellationToken)).Remedy is { } obstacle)
            throw new TeuthologyException(FailureKind.Infrastructure, obstacle);
    }

    /// <inheritdoc/>
    public Task<Machine> StartAsync(string name, IProgress<string>? progress, CancellationToken cancellationToken) =>
        StartAsync(new MachineOrder(name), progress, cancellationToken);

    /// <inheritdoc/>
    public async Task<Machine> StartAsync(MachineOrder order, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var entry = inventory.Of(order.Name);
        var host = await hosts.OfAsync(entry, cancellationToken);
        await maker.RemoveAsync(entry.Name, host, cancellationToken);
        try
        {
            var networks = await maker.MakeAsync(entry, order, host, progress, cancellationToken);
            return await new GuestBoot(options, host, shell, time) { Console = ConsoleLogOf(entry.Name) }
                .UpAsync(MachineOf(entry, host, networks[0].Address), AddressesOf(entry), progress, type.Features, cancellationToken);
        }
        catch
        {
            await maker.RemoveAsync(entry.Name, host, CancellationToken.None);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(string name, CancellationToken cancellationToken)
    {
        var host = await hosts.OfAsync(EntryOf(name), cancellationToken);
        await maker.RemoveAsync(name, host, cancellationToken);
        maker.RemoveConsole(name);
    }

    /// <inheritdoc/>
    public async Task<Machine?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await inventory.ReadAsync(cancellationToken);
        if (!inventory.Names.Contains(name) || keys.HostKeyOf(name) is null)
            return null;
        var entry = inventory.Of(name);
        var host = await hosts.OfAsync(entry, cancellationToken);
        if (await host.Virsh.RunUnlessAsync(Virsh.NoDomain, ["domstate", name], cancellationToken) is not { } state || state.Trim() != "running")
            return null;
        var machine = MachineOf(entry, host, options.MetaOf(name).Networks[0].Address);
        return machine.Address.Length > 0 ? machine
            : await GuestBoot.AddressAsync(host, name, AddressesOf(entry), cancellationToken) is { } address ? GuestBoot.At(machine, address, options) : null;
    }

    /// <inheritdoc/>
    /// <remarks>There is no such file when libvirt runs on another host; <c>virsh console</c> shows the console then.</remarks>
    public string? ConsoleLogOf(string name) => maker.ConsoleOf(name);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<NodeStatus>> StatusAsync(CancellationToken cancellationToken)
    {
        var status = new List<NodeStatus>();
        foreach (var host in await hosts.OfAsync(await inventory.ReadAsync(cancellationToken), cancellationToken))
        {
            var running = await host.Virsh.LinesAsync(["list", "--name"], cancellationToken);
            foreach (var (name, mark) in await host.DomainsAsync(cancellationToken))
            {
                if (mark?.Lab == options.Lab)
                    status.Add(new NodeStatus(name, options.MetaOf(name).Networks[0].Address?.Split('/')[0] ?? "", running.Contains(name), 0, null));
            }
        }

        return status;
    }

    /// <inheritdoc/>
    public async Task DownAsync(CancellationToken cancellationToken)
    {
        await CollectGarbageAsync(_ => false, cancellationToken);
        foreach (var host in await hosts.OfAsync(await inventory.ReadAsync(cancellationToken), cancellationToken))
            await maker.RemoveImagesAsync(host, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Domains that carry this lab's mark, and disks of machines that have no domain: both are what a killed controller leaves.</remarks>
    public async Task<IReadOnlyList<string>> CollectGarbageAsync(Func<string, bool> isHeld, CancellationToken cancellationToken)
    {
        var removed = new List<string>();
        var machines = await inventory.ReadAsync(cancellationToken);
        foreach (var host in await hosts.OfAsync(machines, cancellationToken))
        {
            var domains = await host.DomainsAsync(cancellationToken);
            foreach (var (name, mark) in domains.Where(d => d.Mark?.Lab == options.Lab && !isHeld(d.Name)))
            {
                await maker.RemoveAsync(name, host, cancellationToken);
                maker.RemoveConsole(name);
                removed.Add($"virtual machine {name} on {host.Virsh.Uri}, made under lease {mark!.Value.Fence}");
            }

            var alone = machines.Where(m => !isHeld(m.Name) && domains.All(d => d.Name != m.Name)).Select(m => GuestVolumes.PrefixOf(m.Name)).ToList();
            foreach (var volume in (await host.Volumes.ListAsync(cancellationToken)).Where(v => alone.Any(prefix => v.StartsWith(prefix, StringComparison.Ordinal))))
            {
                await host.Volumes.RemoveAsync(volume, cancellationToken);
                removed.Add($"volume {volume} on {host.Virsh.Uri}");
            }
        }

        return removed;
    }

    // A machine that the configuration no longer names may still be there.
    private MachineEntry EntryOf(string name) => inventory.Names.Contains(name) ? inventory.Of(name) : new MachineEntry { Name = name };

    private async Task<string?> HostsObstacleAsync(IReadOnlyList<MachineEntry> machines, CancellationToken cancellationToken)
    {
        try
        {
            var obstacles = await Task.WhenAll((await hosts.OfAsync(machines, cancellationToken)).Select(h => h.ObstacleAsync(cancellationToken)));
            return obstacles.FirstOrDefault(o => o is not null);
        }
        catch (TeuthologyException e) when (e.Kind == FailureKind.Infrastructure)
        {
            return e.Message;
        }
    }

    private Machine MachineOf(MachineEntry entry, LibvirtHost host, string? address) => GuestBoot.At(
        new Machine
        {
            Name = entry.Name,
            User = entry.User ?? site.TestUser,
            Address = "",
            HostKey = keys.HostKeyOf(entry.Name),
            IdentityFile = keys.IdentityFile,
            OsType = "",
            OsVersion = "",
            Arch = "",
            Features = type.Features ?? Unless,
            LibvirtUri = host.Virsh.Uri,
        },
        address?.Split('/')[0] ?? (IPAddress.TryParse(entry.Address, out _) ? entry.Address : ""),
        options);

    // Names that DNS may know the machine by.
    private IReadOnlyList<string> AddressesOf(MachineEntry entry) =>
        [.. entry.Address is { } address ? new[] { address } : [], .. site.LabDomain.Length > 0 && !entry.Name.Contains('.', StringComparison.Ordinal) ? new[] { $"{entry.Name}.{site.LabDomain.TrimStart('.')}" } : [entry.Name]];
}
