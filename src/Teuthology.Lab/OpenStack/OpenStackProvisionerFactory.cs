using Teuthology.OpenStack;

namespace Teuthology.Lab;

/// <summary>Makes provisioners of servers in clouds: <c>provisioner: openstack</c>, and upstream's section <c>openstack</c>.</summary>
/// <param name="site">The site's configuration.</param>
/// <param name="lab">Where state and images are kept.</param>
/// <param name="store">Who holds which machine.</param>
/// <param name="clients">Gives HTTP clients.</param>
/// <param name="time">Clock.</param>
/// <param name="environment">Variables that lead to clouds; null for this process's.</param>
internal sealed class OpenStackProvisionerFactory(SiteConfig site, LabOptions lab, LeaseStore store, IHttpClientFactory clients, TimeProvider time, CloudEnvironment? environment = null) : IProvisionerFactory, IDisposable
{
    private readonly List<OpenStackCloud> _clouds = [];

    public string Kind => "openstack";

    public IProvisioner Create(MachineTypeSettings type)
    {
        var options = CloudOptions.Read(type, site, store.Place);
        var cloud = OpenStackCloud.Open(options.Credentials(environment?.Variable ?? Environment.GetEnvironmentVariable), new OpenStackOptions { Time = time });
        _clouds.Add(cloud);
        var directory = DirectoryOf(lab);
        var ledger = new ServerLedger(Path.Combine(directory, "ledger"), time);
        var keys = new GuestKeys(directory, options.KeyFile is { } file ? site with { SshKey = file } : site);
        var fleet = new ServerFleet(cloud, options, time);
        var cache = new ImageCache(Path.Combine(lab.CacheDirectory, "guests"), clients.CreateClient(SiteLabServices.Files), time);
        var resources = new RunResourceMaker(cloud, options);
        var maker = new ServerMaker(type, cloud, options, fleet, new ServerImages(cloud, options, cache, directory), resources, ledger, keys, new ServerUserData(options, site), time);
        var idle = new IdleServers(cloud, fleet, ledger, options);
        var shell = new OpenSshShell(options.Namespace is { } space ? ["nsenter", $"--net={space}", "--"] : []);
        return new OpenStackProvisioner(type, options, cloud, fleet, maker, resources, idle, ledger, keys, shell, site, directory, time);
    }

    public void Dispose() => _clouds.ForEach(cloud => cloud.Dispose());

    /// <summary>Where the state of clouds is kept.</summary>
    public static string DirectoryOf(LabOptions lab) => Path.Combine(lab.StateDirectory, "openstack");
}
