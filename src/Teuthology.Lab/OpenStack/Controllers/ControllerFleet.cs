using Teuthology.OpenStack;

namespace Teuthology.Lab;

/// <summary>The controller of a cluster: a server that runs suites in the cloud itself. It is found, and taken away, by its marks.</summary>
/// <param name="site">The site's configuration.</param>
/// <param name="lab">Where state and images are kept.</param>
/// <param name="type">Machine type that says how servers are made.</param>
/// <param name="options">How they are made.</param>
/// <param name="cloud">The cloud.</param>
/// <param name="http">Downloads images.</param>
/// <param name="time">Clock.</param>
public sealed class ControllerFleet(SiteConfig site, LabOptions lab, MachineTypeSettings type, CloudOptions options, OpenStackCloud cloud, HttpClient http, TimeProvider time)
{
    /// <summary>Port of its web interface, as upstream's.</summary>
    public const int WebPort = 8081;

    private static readonly TimeSpan SetUpTime = TimeSpan.FromHours(1);
    private static readonly TimeSpan RemovalPatience = TimeSpan.FromMinutes(10);
    private static readonly SecurityRule[] Rules = [new SecurityRule("tcp", 22, 22, "0.0.0.0/0"), new SecurityRule("tcp", WebPort, WebPort, "0.0.0.0/0"), new SecurityRule("icmp", null, null, "0.0.0.0/0")];

    private readonly string _directory = OpenStackProvisionerFactory.DirectoryOf(lab);

    private readonly GuestKeys _keys = new(OpenStackProvisionerFactory.DirectoryOf(lab), options.KeyFile is { } file ? site with { SshKey = file } : site);

    /// <summary>Its server's name, as upstream's.</summary>
    public string Name => $"{RunMarks.NamePrefix}{options.Cluster}";

    private string Run => $"{options.Cluster}-controller";

    /// <summary>The cluster's controllers: none or one, more only when it was made by two at once.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<ControllerServer>> FindAsync(CancellationToken cancellationToken) =>
    [
        .. (await cloud.Compute.ServersAsync(new ServerFilter { Tags = [RunMarks.Setup], Metadata = new Dictionary<string, string> { [RunMarks.Setup] = options.Cluster } }, cancellationToken))
            .Where(server => server.Metadata.GetValueOrDefault(RunMarks.Setup) == options.Cluster)
            .Select(ControllerServer.Of).OfType<ControllerServer>(),
    ];

    /// <summary>How to log in.</summary>
    /// <param name="controller">The controller.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: this host did not make it, and so does not know its key.</exception>
    public async Task<Machine> MachineAsync(ControllerServer controller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        if (_keys.HostKeyOf(Run) is null)
            throw new TeuthologyException(FailureKind.Infrastructure, $"{Name} was made by {controller.Owner} on another host, whose keys open it: go on there, or take it away with --teardown");
        return MachineOf(await AddressAsync(controller.Server, cancellationToken));
    }

    /// <summary>Makes it and waits until commands can be run on it. It counts as half made until <see cref="MarkReadyAsync"/>.</summary>
    /// <param name="needs">What it has at least.</param>
    /// <param name="progress">Told in words what is being done; may be null.</param>
    /// <param name="cancellationToken">Stops it; what was made stays.</param>
    /// <exception cref="TeuthologyException">It does not come up, or the cloud refuses.</exception>
    public async Task<(ControllerServer Controller, Machine Machine)> MakeAsync(ServerNeeds needs, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(needs);
        var own = options with { Packages = [.. options.Packages, "rsync", "git"] };
        var images = new ServerImages(cloud, own, new ImageCache(Path.Combine(lab.CacheDirectory, "guests"), http, time), _directory);
        var flavor = new FlavorChoice(options.Flavors, options.FlavorExcludes).Smallest(await cloud.Compute.FlavorsAsync(cancellationToken), needs);
        await new QuotaCheck(cloud).RequireAsync(ResourceNeed.Of(flavor, 1), cancellationToken);
        var (image, system) = await images.FindAsync(new MachineOrder(Run), type, progress, cancellationToken);
        var stamp = new RunStamp { Setup = options.Cluster, Run = Run, Owner = Owner, Process = ControllerProcess.Current, Lease = time.GetUtcNow() + SetUpTime };
        var publicKey = await _keys.PublicAsync(cancellationToken);
        progress?.Report($"creating controller {Name}, {FlavorChoice.TextOf(flavor)}");
        var server = await cloud.Compute.CreateServerAsync(
            new ServerOrder
            {
                Name = Name,
                FlavorId = flavor.Id,
                ImageId = image,
                KeyName = options.KeyPair ?? await KeyPairAsync(stamp, publicKey, cancellationToken),
                UserData = new ServerUserData(own, site).Text(Run, system, publicKey, await _keys.HostKeyAsync(Run, keep: false, cancellationToken)),
                NetworkIds = await NetworkAsync(options.Network ?? cloud.Credentials.DefaultNetworks.FirstOrDefault(), cancellationToken) is { } network ? [network] : [],
                SecurityGroups = await GroupsAsync(stamp, cancellationToken),
                Metadata = new Dictionary<string, string>(stamp.Metadata(), StringComparer.Ordinal) { [ControllerServer.Mark] = ControllerServer.Making },
                Tags = stamp.Tags(),
                AvailabilityZone = options.AvailabilityZone,
            },
            cancellationToken);
        var boot = new ServerBoot(cloud.Compute, options, Shell(), time) { Console = Path.Combine(_directory, "consoles", $"{Run}.log") };
        try
        {
            server = await AddressedAsync(await boot.ActiveAsync(server.Id, cancellationToken), stamp, cancellationToken);
            var machine = await boot.UpAsync(server.Id, MachineOf(AddressOf(server)), cancellationToken);
            return (new ControllerServer(server, false, Owner), machine);
        }
        catch (TeuthologyException e)
        {
            var console = await boot.ConsoleAsync(server.Id);
            throw console.Length == 0 ? e : new TeuthologyException(e.Kind, $"{e.Message}; its console ({boot.Console}): {ToolRun.Tail(console)}", e);
        }
    }

    /// <summary>Says that it is set up, and stays until somebody takes it away.</summary>
    /// <param name="controller">The controller.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task MarkReadyAsync(ControllerServer controller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controller);
        await cloud.Compute.SetMetadataAsync(controller.Server.Id, new Dictionary<string, string>(RunStamp.LeaseMetadata(null), StringComparer.Ordinal) { [ControllerServer.Mark] = ControllerServer.Ready }, cancellationToken);
    }

    /// <summary>Takes away everything of it: server, floating address, key pair, security group.</summary>
    /// <param name="progress">Told each deletion.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: something stays.</exception>
    public async Task RemoveAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var report = await new RunCollector(cloud).CollectAsync(new CollectScope { Setup = options.Cluster, Run = Run, Everything = true }, RemovalPatience, progress, cancellationToken);
        if (!report.IsDone)
            throw new TeuthologyException(FailureKind.Infrastructure, $"still there: {string.Join("; ", report.Left.Select(left => $"{left.Item}: {left.Why}"))}");
        _keys.Remove(Run);
    }

    private static string Owner => $"{Environment.UserName}@{Environment.MachineName}";

    private static string AddressOf(Server server) => server.AddressesOf(4).Concat(server.AddressesOf(6)).FirstOrDefault() ?? "";

    private OpenSshShell Shell() => new(options.Namespace is { } space ? ["nsenter", $"--net={space}", "--"] : []);

    private async Task<string?> NetworkAsync(string? name, CancellationToken cancellationToken)
    {
        if (name is null)
            return null;
        var all = await cloud.Network.NetworksAsync(null, cancellationToken);
        return all.FirstOrDefault(n => n.Name == name || n.Id == name)?.Id
            ?? throw new ConfigurationException($"the cloud has no network '{name}'{NearMiss.Hint(name, [.. all.Select(n => n.Name)])} (`network` and `floating_network` under openstack)");
    }

    private async Task<Server> AddressedAsync(Server server, RunStamp stamp, CancellationToken cancellationToken)
    {
        if (await NetworkAsync(options.FloatingNetwork, cancellationToken) is not { } network)
            return server;
        var port = (await cloud.Network.PortsAsync(server.Id, cancellationToken)).FirstOrDefault()
            ?? throw new TeuthologyException(FailureKind.Infrastructure, $"server {server.Name} has no port for a floating address");
        var address = await cloud.Network.CreateFloatingIpAsync(network, port.Id, stamp.Description("controller"), cancellationToken);
        return server with { Addresses = new Dictionary<string, IReadOnlyList<ServerAddress>> { ["floating"] = [new ServerAddress(address.Address, 4, "floating")] } };
    }

    private async Task<string> AddressAsync(Server server, CancellationToken cancellationToken)
    {
        if (options.FloatingNetwork is null)
            return AddressOf(server);
        var ports = (await cloud.Network.PortsAsync(server.Id, cancellationToken)).Select(p => p.Id).ToHashSet(StringComparer.Ordinal);
        return (await cloud.Network.FloatingIpsAsync(cancellationToken)).FirstOrDefault(f => f.PortId is { } port && ports.Contains(port))?.Address ?? AddressOf(server);
    }

    private Machine MachineOf(string address) => new()
    {
        Name = Run,
        User = site.TestUser,
        Address = address,
        HostKey = _keys.HostKeyOf(Run),
        IdentityFile = _keys.IdentityFile,
        OsType = "",
        OsVersion = "",
        Arch = "",
        Features = LabFeatures.Root,
        Dial = options.Namespace is { } file ? (port, token) => new HubDialer(file).ConnectAsync(address, port, token) : null,
    };

    private async Task<string> KeyPairAsync(RunStamp stamp, string publicKey, CancellationToken cancellationToken)
    {
        var name = stamp.Name("key");
        if (await cloud.Compute.FindKeyPairAsync(name, cancellationToken) is null)
            await cloud.Compute.CreateKeyPairAsync(name, stamp.Mark(publicKey), cancellationToken);
        return name;
    }

    private async Task<IReadOnlyList<string>> GroupsAsync(RunStamp stamp, CancellationToken cancellationToken)
    {
        if (options.SecurityGroups.Count > 0 || !await cloud.Network.HasSecurityGroupsAsync(cancellationToken))
            return options.SecurityGroups;
        var group = await cloud.Network.CreateSecurityGroupAsync($"{Name}-controller", stamp.Description("controller"), cancellationToken);
        foreach (var rule in Rules)
            await cloud.Network.AddRuleAsync(group.Id, rule, cancellationToken);
        return [group.Name];
    }
}
