namespace Teuthology.Lab;

/// <summary>Makes provisioners of hosts that are used as they are: <c>provisioner: static</c>.</summary>
internal sealed class StaticProvisionerFactory(SiteConfig site, LeaseStore store, TimeProvider time) : IProvisionerFactory
{
    public string Kind => "static";

    public IProvisioner Create(MachineTypeSettings type)
    {
        type.Section.RequireKnown([.. MachineTypeTable.CommonKeys]);
        return new HostsProvisioner(type, new MachineInventory(type, store), new NoReimager(), new OpenSshShell([]), site, time);
    }
}
