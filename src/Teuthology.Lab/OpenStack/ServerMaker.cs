using System.Globalization;
using System.Net;
using Teuthology.OpenStack;

namespace Teuthology.Lab;

/// <summary>Makes servers: flavour, image, what the run shares, server, volumes, floating address. Makes them anew, too, for the next job.</summary>
/// <param name="type">Their machine type.</param>
/// <param name="cloud">The cloud.</param>
/// <param name="options">How they are made.</param>
/// <param name="fleet">The lab's servers.</param>
/// <param name="images">Finds images.</param>
/// <param name="resources">What the servers of a run share.</param>
/// <param name="ledger">Where the hours of what is about to be made are written down.</param>
/// <param name="keys">Keys of the machines.</param>
/// <param name="data">What cloud-init gets.</param>
/// <param name="time">Clock.</param>
internal sealed class ServerMaker(
    MachineTypeSettings type, OpenStackCloud cloud, CloudOptions options, ServerFleet fleet, ServerImages images, RunResourceMaker resources, ServerLedger ledger, GuestKeys keys, ServerUserData data, TimeProvider time)
{
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
        var flavor = await FlavorOfAsync(order, cancellationToken);
        var (image, system) = await images.FindAsync(order, type, progress, cancellationToken);
        await ledger.BeginAsync(order.Run, order.Name, flavor.Name, options.Budget, cancellationToken);
        var stamp = StampOf(order);
        progress?.Report($"creating server {fleet.NameOf(order.Name)}, {FlavorChoice.TextOf(flavor)}");
        var id = await OrderAsync(order, stamp, flavor, image, system, cancellationToken);
        made(id);
        var server = await boot.ActiveAsync(id, cancellationToken);
        await VolumesAsync(server, NeedsOf(order), stamp, order.Name, progress, cancellationToken);
        return await AddressedAsync(server, stamp, order.Name, cancellationToken);
    }

    /// <summary>Makes a server that a job gave back anew for another job: its root disk, its keys, its volumes. Waits until Nova says that it runs.</summary>
    /// <param name="order">What is wanted; the server is its machine already.</param>
    /// <param name="id">The server.</param>
    /// <param name="boot">Waits for it.</param>
    /// <param name="progress">Told in words what is being done; may be null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<Server> RemakeAsync(MachineOrder order, string id, ServerBoot boot, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var flavor = await FlavorOfAsync(order, cancellationToken);
        var (image, system) = await images.FindAsync(order, type, progress, cancellationToken);
        await ledger.BeginAsync(order.Run, order.Name, flavor.Name, options.Budget, cancellationToken);
        var stamp = StampOf(order);
        progress?.Report($"rebuilding server {fleet.NameOf(order.Name)}, {FlavorChoice.TextOf(flavor)}");
        var publicKey = await keys.PublicAsync(cancellationToken);
        var shared = await resources.OfAsync(stamp, publicKey, cancellationToken);

        // Nova rebuilds no server that is paused.
        await cloud.Compute.UnpauseServerAsync(id, cancellationToken);
        await boot.ActiveAsync(id, cancellationToken);
        var rebuild = new ServerRebuild
        {
            Name = fleet.NameOf(order.Name), ImageId = image, KeyName = shared.KeyName, UserData = await UserDataAsync(order.Name, system, publicKey, cancellationToken),
        };
        await cloud.Compute.RebuildServerAsync(id, rebuild, cancellationToken);
        var server = await boot.ActiveAsync(id, cancellationToken);
        await VolumesAsync(server, NeedsOf(order), stamp, order.Name, progress, cancellationToken);
        return await AddressedAsync(server, stamp, order.Name, cancellationToken);
    }

    /// <summary>Whose a machine is.</summary>
    public RunStamp StampOf(MachineOrder order) => new()
    {
        Setup = options.Cluster,
        Run = order.Run ?? "by-hand",
        Job = order.Job,
        Owner = order.Owner ?? "",
        Process = ControllerProcess.Current,
        Lease = time.GetUtcNow() + ServerFleet.Lease,
    };

    private async Task<string> OrderAsync(MachineOrder order, RunStamp stamp, Flavor flavor, string image, GuestImage system, CancellationToken cancellationToken)
    {
        var publicKey = await keys.PublicAsync(cancellationToken);
        var userData = await UserDataAsync(order.Name, system, publicKey, cancellationToken);
        for (var first = true; ; first = false)
        {
            var shared = await resources.OfAsync(stamp, publicKey, cancellationToken);
            var wanted = new ServerOrder
            {
                Name = fleet.NameOf(order.Name),
                FlavorId = flavor.Id,
                ImageId = image,
                KeyName = shared.KeyName,
                UserData = userData,
                NetworkIds = shared.NetworkId is { } network ? [network] : [],
                SecurityGroups = shared.Groups,
                Metadata = fleet.Metadata(stamp, order.Name),
                Tags = stamp.Tags(),
                AvailabilityZone = options.AvailabilityZone,
            };
            try
            {
                return (await cloud.Compute.CreateServerAsync(wanted, cancellationToken)).Id;
            }
            catch (OpenStackException e) when (first && e is not QuotaExceededException && e.Status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound)
            {
                // Somebody may have collected the group, or the key pair, since this run asked for it.
                await resources.ForgetAsync(stamp.Run, cancellationToken);
            }
        }
    }

    private async Task<string> UserDataAsync(string machine, GuestImage system, string publicKey, CancellationToken cancellationToken) =>
        data.Text(machine, system, publicKey, await keys.HostKeyAsync(machine, keep: false, cancellationToken));

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
        if (options.FloatingNetwork is null)
            return server;
        var shared = await resources.OfAsync(stamp, await keys.PublicAsync(cancellationToken), cancellationToken);
        var port = (await cloud.Network.PortsAsync(server.Id, cancellationToken)).FirstOrDefault()
            ?? throw new TeuthologyException(FailureKind.Infrastructure, $"server {server.Name} has no port for a floating address");

        // A server that was rebuilt has its own still.
        var address = (await cloud.Network.FloatingIpsAsync(cancellationToken)).FirstOrDefault(f => f.PortId == port.Id)
            ?? await cloud.Network.CreateFloatingIpAsync(shared.FloatingNetworkId!, port.Id, stamp.Description(machine), cancellationToken);
        return server with { Addresses = new Dictionary<string, IReadOnlyList<ServerAddress>> { ["floating"] = [new ServerAddress(address.Address, 4, "floating")] } };
    }
}
