namespace Teuthology.Lab;

/// <summary>Makes the provisioners of one kind for machine types of a site; register one to teach labs another kind of machine.</summary>
public interface IProvisionerFactory
{
    /// <summary>The name under which the configuration asks for it: <c>provisioner: NAME</c>.</summary>
    string Kind { get; }

    /// <summary>Makes the provisioner of a machine type; starts and asks nothing yet.</summary>
    /// <param name="type">What the site says of the type.</param>
    /// <exception cref="ConfigurationException">The site's keys for it are wrong or missing.</exception>
    IProvisioner Create(MachineTypeSettings type);
}
