using Teuthology.Lab;

namespace Teuthology.Tasks;

/// <summary>How many machines of the embedded lab can have a kernel of their own.</summary>
public static class OfferedKernels
{
    /// <summary>Their number; 0 where the lab is of a kind that has none.</summary>
    /// <param name="provisioners">What makes machines here.</param>
    /// <param name="options">Settings of the lab.</param>
    public static int Of(IEnumerable<IProvisioner> provisioners, LabOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return provisioners.Where(kind => options.Kind == "auto" || options.Kind == kind.Kind).OfType<IGuestMachines>().FirstOrDefault()?.MostGuests ?? 0;
    }
}
