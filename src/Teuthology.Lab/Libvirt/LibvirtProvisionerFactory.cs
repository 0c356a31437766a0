using Teuthology.Sql;

namespace Teuthology.Lab;

/// <summary>Makes provisioners of virtual machines: <c>provisioner: libvirt</c>, and upstream's <c>downburst</c>.</summary>
/// <param name="site">The site's configuration.</param>
/// <param name="lab">Where state and images are kept.</param>
/// <param name="store">Who holds which machine.</param>
/// <param name="clients">Gives HTTP clients.</param>
/// <param name="time">Clock.</param>
internal sealed class LibvirtProvisionerFactory(SiteConfig site, LabOptions lab, LeaseStore store, IHttpClientFactory clients, TimeProvider time) : IProvisionerFactory
{
    public string Kind => "libvirt";

    public IProvisioner Create(MachineTypeSettings type)
    {
        var options = LibvirtOptions.Read(type, site, PostgresPlace.Is(store.Place) ? store.Place : $"{Environment.MachineName} {store.Place}", Environment.GetEnvironmentVariable);
        var directory = Path.Combine(lab.StateDirectory, "libvirt");
        var http = clients.CreateClient(SiteLabServices.Files);
        var keys = new GuestKeys(directory, site);
        var maker = new GuestMaker(type, options, new ImageCatalog(options, http), new ImageCache(Path.Combine(lab.CacheDirectory, "guests"), http, time), keys, site, directory);
        var shell = new OpenSshShell(options.Namespace is { } file ? ["nsenter", $"--net={file}", "--"] : []);
        return new LibvirtProvisioner(type, options, new MachineInventory(type, store), new LibvirtHosts(options, site, http, directory, time), maker, keys, shell, site, time);
    }
}
