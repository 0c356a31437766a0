namespace Teuthology.Tasks;

/// <summary>What SELinux does with a denial.</summary>
public enum SelinuxMode
{
    /// <summary>Notes it.</summary>
    Permissive,

    /// <summary>Enforces it.</summary>
    Enforcing,
}
