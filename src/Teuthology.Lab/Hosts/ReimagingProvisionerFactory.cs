namespace Teuthology.Lab;

/// <summary>Makes provisioners of hosts that a service of the site gives systems to.</summary>
/// <param name="kind"><c>fog</c>, <c>maas</c> or <c>pelagos</c>.</param>
/// <param name="reimager">Makes what speaks to the service, for a machine type.</param>
/// <param name="site">The site's configuration.</param>
/// <param name="store">Who holds which machine.</param>
/// <param name="time">Clock.</param>
internal sealed class ReimagingProvisionerFactory(string kind, Func<MachineTypeSettings, IReimager> reimager, SiteConfig site, LeaseStore store, TimeProvider time) : IProvisionerFactory
{
    public string Kind => kind;

    public IProvisioner Create(MachineTypeSettings type)
    {
        type.Section.RequireKnown([.. MachineTypeTable.CommonKeys]);
        return new HostsProvisioner(type, new MachineInventory(type, store), reimager(type), new OpenSshShell([]), site, time);
    }
}
