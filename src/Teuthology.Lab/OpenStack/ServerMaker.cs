using System.Globalization;
using Teuthology.OpenStack;

namespace Teuthology.Lab;

/// <summary>Makes servers: flavour, image, key pair, security group, network, server, volumes, floating address.</summary>
/// <param name="type">Their machine type.</param>
/// <param name="cloud">The cloud.</param>
/// <param name="options">How they are made.</param>
/// <param name="fleet">The lab's servers.</param>
/// <param name="images">Finds images.</param>
/// <param name="ledger">Where what is about to be made is written down.</param>
/// <param name="keys">Keys of the machines.</param>
/// <param name="data">What cloud-init gets.</param>
/// <param name="time">Clock.</param>
internal sealed class ServerMaker(
    MachineTypeSettings type, OpenStackCloud cloud, CloudOptions options, ServerFleet fleet, ServerImages images, ServerLedger ledger, GuestKeys keys, ServerUserData data, TimeProvider time)
{
    private readonly SemaphoreSlim _shared = new(1, 1);
    private IReadOnlyList<Flavor>? _flavors;

    /// <summary>The cloud's flavours.</summary>
    public async Task<IReadOnlyList<Flavor>> FlavorsAsync(CancellationToken cancellationToken) => _flavors ??= await cloud.Compute.FlavorsAsync(cancellationToken);

    /// <summary>What a machine is to have.</summary>
    public ServerNeeds NeedsOf(MachineOrder order) => order.Needs is { } needs ? options.Needs.Max(needs) : options.Needs;

    /// <summary>The flavour of a machine.</summary>
    /// <exception cref="ConfigurationException">None fits.</exception>
    public async Task<Flavor> FlavorOfAsync(MachineOrder order, CancellationToken cancellationToken) =>
        new FlavorChoice(options.Flavors, options.FlavorExcludes).Smallest(await FlavorsAsync(cancellationToken), NeedsOf(order));

    /// <summary>Makes a server and waits until Nova says that it runs.</summary>
    /// <param name="order">What is wanted.</param>
    /// <param name="made">Called with the server's id as soon as it has one.</param>
    /// <param name="boot">Waits for it.</param>
    /// <param name="progress">Told in words what is being done; may be null.</param>
    /// <param name="cancellationToken">Stops it; what was made stays.</param>
    public async Task<Server> MakeAsync(MachineOrder order, Action<string> made, ServerBoot boot, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var needs = NeedsOf(order);
        var flavor = await FlavorOfAsync(order, cancellationToken);
        var (image, system) = await images.FindAsync(order, type, progress, cancellationToken);
        var stamp = StampOf(order);
        await ledger.BeginAsync(order.Run, order.Name, flavor.Name, options.Budget, cancellationToken);
        var publicKey = await keys.PublicAsync(cancellationToken);
        var wanted = new ServerOrder
        {
            Name = fleet.NameOf(order.Name),
            FlavorId = flavor.Id,
            ImageId = image,
            KeyName = options.KeyPair ?? await KeyPairAsync(stamp, publicKey, cancellationToken),
            UserData = data.Text(order.Name, system, publicKey, await keys.HostKeyAsync(order.Name, keep: false, cancellationToken)),
            NetworkIds = await NetworkAsync(cancellationToken) is { } network ? [network] : [],
            SecurityGroups = options.SecurityGroups.Count > 0 ? options.SecurityGroups : await GroupAsync(cancellationToken) is { } group ? [group] : [],
            Metadata = fleet.Metadata(stamp, order.Name),
            Tags = stamp.Tags(),
            AvailabilityZone = options.AvailabilityZone,
        };
        progress?.Report($"creating server {wanted.Name}, {FlavorChoice.TextOf(flavor)}");
        var server = await cloud.Compute.CreateServerAsync(wanted, cancellationToken);
        made(server.Id);
        server = await boot.ActiveAsync(server.Id, cancellationToken);
        await VolumesAsync(server, needs, stamp, order.Name, progress, cancellationToken);
        return await AddressedAsync(server, stamp, order.Name, cancellationToken);
    }

    private static readonly SecurityRule[] Rules = [new SecurityRule("tcp", 22, 22, "0.0.0.0/0"), new SecurityRule("icmp", null, null, "0.0.0.0/0")];

    private RunStamp StampOf(MachineOrder order) => new()
    {
        Setup = options.Cluster,
        Run = order.Run ?? "by-hand",
        Job = order.Job,
        Owner = order.Owner ?? "",
        Process = ControllerProcess.Current,
        Lease = time.GetUtcNow() + ServerFleet.Lease,
    };

    // Each process its own: it takes it away when it ends, whoever else works on the run.
    private string KeyPairOf(RunStamp stamp) => stamp.Name($"{options.Lab[..6]}-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}");

    private async Task<string> KeyPairAsync(RunStamp stamp, string publicKey, CancellationToken cancellationToken)
    {
        var name = KeyPairOf(stamp);
        await _shared.WaitAsync(cancellationToken);
        try
        {
            if (await cloud.Compute.FindKeyPairAsync(name, cancellationToken) is null)
            {
                ledger.Claim("keypairs", name);

                // The comment is all that a key pair can tell of whose it is.
                await cloud.Compute.CreateKeyPairAsync(name, $"{string.Join(' ', publicKey.Split(' ').Take(2))} {stamp.Description("servers")}", cancellationToken);
            }
        }
        finally
        {
            _shared.Release();
        }

        return name;
    }

    // One for the cluster, left to its teardown. Servers reach each other by any port, and are reached by SSH.
    private async Task<string?> GroupAsync(CancellationToken cancellationToken)
    {
        var name = GroupName(options.Cluster);
        await _shared.WaitAsync(cancellationToken);
        try
        {
            if (!await cloud.Network.HasSecurityGroupsAsync(cancellationToken))
                return null;
            if ((await cloud.Network.SecurityGroupsAsync(name, cancellationToken)).Count > 0)
                return name;
            var stamp = new RunStamp { Setup = options.Cluster, Run = options.Cluster, Owner = Environment.UserName };
            var group = await cloud.Network.CreateSecurityGroupAsync(name, stamp.Description("servers"), cancellationToken);
            foreach (var rule in Rules.Append(new SecurityRule(null, FromGroup: group.Id)))
                await cloud.Network.AddRuleAsync(group.Id, rule, cancellationToken);
            return name;
        }
        finally
        {
            _shared.Release();
        }
    }

    /// <summary>Name of a cluster's security group, as upstream's.</summary>
    public static string GroupName(string cluster) => $"{RunMarks.NamePrefix}{cluster}";

    private async Task<string?> NetworkAsync(CancellationToken cancellationToken)
    {
        if ((options.Network ?? cloud.Credentials.DefaultNetworks.FirstOrDefault()) is not { } name)
            return null;
        var all = await cloud.Network.NetworksAsync(null, cancellationToken);
        return all.FirstOrDefault(n => n.Name == name || n.Id == name)?.Id
            ?? throw new ConfigurationException($"the cloud has no network '{name}'{NearMiss.Hint(name, [.. all.Where(n => !n.IsExternal).Select(n => n.Name)])} (--network, or `network` under openstack)");
    }

    private async Task VolumesAsync(Server server, ServerNeeds needs, RunStamp stamp, string machine, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        if (needs.Volumes == 0)
            return;
        if (!await cloud.Volumes.ExistsAsync(cancellationToken))
            throw new TeuthologyException(FailureKind.Infrastructure, $"{needs.Volumes} volumes are asked for, but the cloud has no service for volumes (Cinder)");
        progress?.Report($"attaching {needs.Volumes} volumes of {needs.VolumeSize} GB to {server.Name}");
        for (var i = 0; i < needs.Volumes; i++)
        {
            var volume = await cloud.Volumes.CreateVolumeAsync(
                new VolumeOrder
                {
                    Name = string.Create(CultureInfo.InvariantCulture, $"{server.Name}-{i}"), Size = Math.Max(1, needs.VolumeSize), Type = options.VolumeType, AvailabilityZone = options.AvailabilityZone, Metadata = fleet.Metadata(stamp, machine),
                },
                cancellationToken);
            await cloud.Volumes.WaitForVolumeAsync(volume.Id, options.BootTimeout, cancellationToken);
            await cloud.Compute.AttachVolumeAsync(server.Id, volume.Id, cancellationToken);
        }
    }

    private async Task<Server> AddressedAsync(Server server, RunStamp stamp, string machine, CancellationToken cancellationToken)
    {
        if (options.FloatingNetwork is not { } name)
            return server;
        var all = await cloud.Network.NetworksAsync(null, cancellationToken);
        var network = all.FirstOrDefault(n => n.Name == name || n.Id == name)
            ?? throw new ConfigurationException($"the cloud has no network '{name}'{NearMiss.Hint(name, [.. all.Where(n => n.IsExternal).Select(n => n.Name)])} (`floating_network` under openstack)");
        var port = (await cloud.Network.PortsAsync(server.Id, cancellationToken)).FirstOrDefault()
            ?? throw new TeuthologyException(FailureKind.Infrastructure, $"server {server.Name} has no port for a floating address");
        var address = await cloud.Network.CreateFloatingIpAsync(network.Id, port.Id, stamp.Description(machine), cancellationToken);
        return server with { Addresses = new Dictionary<string, IReadOnlyList<ServerAddress>> { ["floating"] = [new ServerAddress(address.Address, 4, "floating")] } };
    }
}
