using System.Collections.Concurrent;
using System.Globalization;
using Teuthology.OpenStack;

namespace Teuthology.Lab;

/// <summary>Servers of an OpenStack cloud, made for each lease and destroyed after it. Kind <c>openstack</c>.</summary>
/// <param name="type">Their machine type.</param>
/// <param name="options">How they are made.</param>
/// <param name="cloud">The cloud.</param>
/// <param name="fleet">The lab's servers in it.</param>
/// <param name="maker">Makes them.</param>
/// <param name="ledger">What was made.</param>
/// <param name="keys">Keys of the machines.</param>
/// <param name="shell">Runs commands on them.</param>
/// <param name="site">Login user.</param>
/// <param name="directory">For consoles.</param>
/// <param name="time">Clock.</param>
internal sealed class OpenStackProvisioner(
    MachineTypeSettings type, CloudOptions options, OpenStackCloud cloud, ServerFleet fleet, ServerMaker maker, ServerLedger ledger, GuestKeys keys, IMachineShell shell, SiteConfig site, string directory, TimeProvider time)
    : IProvisioner
{
    private const LabFeatures Unless = LabFeatures.Root | LabFeatures.OwnRoot | LabFeatures.OwnNetwork | LabFeatures.CephPackages | LabFeatures.Fuse | LabFeatures.Systemd;
    private static readonly TimeSpan Renewal = TimeSpan.FromMinutes(5);

    // Machines that this process cares for, by name.
    private readonly ConcurrentDictionary<string, ServerCare> _cares = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Kind => "openstack";

    /// <inheritdoc/>
    public string MachineType => type.Name;

    /// <inheritdoc/>
    public IReadOnlyList<string> MachineNames { get; } = [.. Enumerable.Range(1, options.Servers).Select(i => type.Name + i.ToString("D3", CultureInfo.InvariantCulture))];

    /// <inheritdoc/>
    public async Task<LabOffer> DescribeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await cloud.TokenAsync(cancellationToken);
            return new LabOffer(MachineType, options.Servers, type.Features ?? Unless, null);
        }
        catch (TeuthologyException e) when (e.Kind != FailureKind.Configuration)
        {
            return new LabOffer(MachineType, 0, LabFeatures.None, e.Message);
        }
    }

    /// <inheritdoc/>
    public async Task PrepareAsync(IProgress<string>? progress, CancellationToken cancellationToken) => await cloud.TokenAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<Machine> StartAsync(string name, IProgress<string>? progress, CancellationToken cancellationToken) => StartAsync(new MachineOrder(name), progress, cancellationToken);

    /// <inheritdoc/>
    public async Task<Machine> StartAsync(MachineOrder order, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        await ForgetAsync(order.Name);
        await RemoveAsync(order.Name, cancellationToken);
        var boot = new ServerBoot(cloud.Compute, options, shell, time) { Console = ConsoleLogOf(order.Name) };
        string? id = null;
        try
        {
            var server = await maker.MakeAsync(order, made => id = Care(order.Name, made), boot, progress, cancellationToken);
            var machine = await boot.UpAsync(server.Id, MachineOf(order.Name, server), cancellationToken);
            await boot.ConsoleAsync(server.Id);
            return type.Features is { } features ? machine with { Features = features } : machine;
        }
        catch (Exception e)
        {
            var console = id is null || e is OperationCanceledException ? "" : await boot.ConsoleAsync(id);
            await ForgetAsync(order.Name);
            await RemoveQuietlyAsync(order.Name, order.Run);
            if (console.Length > 0 && e is TeuthologyException failure)
                throw new TeuthologyException(failure.Kind, $"{failure.Message}; its console ({boot.Console}): {ToolRun.Tail(console)}", failure);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(string name, CancellationToken cancellationToken)
    {
        await ForgetAsync(name);
        await RemoveAsync(name, cancellationToken);
        if (Directory.Exists(Path.GetDirectoryName(ConsoleLogOf(name))))
            File.Delete(ConsoleLogOf(name));
    }

    /// <inheritdoc/>
    public async Task KeepAsync(string name)
    {
        await ForgetAsync(name);
        await fleet.KeepAsync(name, CancellationToken.None);
    }

    /// <inheritdoc/>
    public async Task<Machine?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (!MachineNames.Contains(name) || keys.HostKeyOf(name) is null)
            return null;
        return (await fleet.ServersAsync(cancellationToken)).FirstOrDefault(s => ServerFleet.MachineOf(s.Metadata) == name && s.Status == "ACTIVE") is { } server ? MachineOf(name, server) : null;
    }

    /// <inheritdoc/>
    public string ConsoleLogOf(string name) => Path.Combine(directory, "consoles", $"{name}.log");

    /// <inheritdoc/>
    public async Task<IReadOnlyList<NodeStatus>> StatusAsync(CancellationToken cancellationToken)
    {
        var servers = (await fleet.ServersAsync(cancellationToken)).Select(s => (Name: ServerFleet.MachineOf(s.Metadata), Address: AddressOf(s), Up: s.Status == "ACTIVE", s.Created));
        var volumes = (await fleet.VolumesAsync(cancellationToken)).Select(v => (Name: ServerFleet.MachineOf(v.Metadata), Address: "", Up: false, Created: v.CreatedAt));
        return [.. servers.Concat(volumes).Where(s => s.Name is not null).DistinctBy(s => s.Name, StringComparer.Ordinal).Select(s => new NodeStatus(s.Name!, s.Address, s.Up, 0, s.Created))];
    }

    /// <inheritdoc/>
    public async Task DownAsync(CancellationToken cancellationToken)
    {
        await CollectGarbageAsync(_ => false, cancellationToken);
        foreach (var group in await cloud.Network.HasSecurityGroupsAsync(cancellationToken) ? await cloud.Network.SecurityGroupsAsync(ServerMaker.GroupName(options.Cluster), cancellationToken) : [])
            await cloud.Network.DeleteSecurityGroupAsync(group.Id, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> CollectGarbageAsync(Func<string, bool> isHeld, CancellationToken cancellationToken)
    {
        var removed = new List<string>();
        foreach (var node in await StatusAsync(cancellationToken))
        {
            if (isHeld(node.Name))
                continue;
            await ForgetAsync(node.Name);
            foreach (var server in await RemoveAsync(node.Name, cancellationToken))
                removed.Add($"server {server.Name} of run {server.Metadata.GetValueOrDefault(RunMarks.Run, "?")}");
            if (!removed.Any(line => line.StartsWith($"server {fleet.NameOf(node.Name)} ", StringComparison.Ordinal)))
                removed.Add($"volumes of {fleet.NameOf(node.Name)}");
        }

        // No server of this process's uses its key pairs any more.
        foreach (var name in ledger.Abandoned("keypairs", own: _cares.IsEmpty))
        {
            if (await cloud.Compute.DeleteKeyPairAsync(name, cancellationToken))
                removed.Add($"key pair {name}");
            ledger.Forget("keypairs", name);
        }

        foreach (var name in ledger.Abandoned("uploads", own: false))
        {
            foreach (var image in (await cloud.Images.ImagesAsync(new ImageFilter { Name = name, OwnOnly = true }, cancellationToken)).Where(i => i.Status != "active"))
            {
                await cloud.Images.DeleteImageAsync(image.Id, cancellationToken);
                removed.Add($"image {name}, of which a part was uploaded");
            }

            ledger.Forget("uploads", name);
        }

        return removed;
    }

    private string Care(string name, string id)
    {
        _cares[name] = new ServerCare(token => fleet.RenewAsync(id, token), Renewal, time);
        return id;
    }

    private async Task ForgetAsync(string name)
    {
        if (_cares.TryRemove(name, out var care))
            await care.DisposeAsync();
    }

    private async Task<IReadOnlyList<Server>> RemoveAsync(string name, CancellationToken cancellationToken)
    {
        var removed = await fleet.RemoveAsync(name, cancellationToken);
        foreach (var server in removed)
            await ledger.EndAsync(server.Metadata.GetValueOrDefault(RunMarks.Run), name);
        return removed;
    }

    // The failure that brought us here is the one to tell; what stays is found again by its marks.
    private async Task RemoveQuietlyAsync(string name, string? run)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5), time);
        try
        {
            await RemoveAsync(name, limit.Token);
            await ledger.EndAsync(run, name);
        }
        catch (Exception e) when (e is TeuthologyException or OperationCanceledException)
        {
            cloud.Options.Progress?.Report($"server {fleet.NameOf(name)} could not be removed now: {e.Message}");
        }
    }

    private static string AddressOf(Server server) => server.AddressesOf(4).Concat(server.AddressesOf(6)).FirstOrDefault() ?? "";

    private Machine MachineOf(string name, Server server) => new()
    {
        Name = name,
        User = site.TestUser,
        Address = AddressOf(server),
        HostKey = keys.HostKeyOf(name),
        IdentityFile = keys.IdentityFile,
        OsType = "",
        OsVersion = "",
        Arch = "",
        Features = type.Features ?? Unless,
        Dial = options.Namespace is { } file ? (port, token) => new HubDialer(file).ConnectAsync(AddressOf(server), port, token) : null,
    };
}
