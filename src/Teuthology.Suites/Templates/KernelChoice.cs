namespace Teuthology.Suites;

/// <summary>Which kernel jobs run on.</summary>
/// <param name="Branch">Branch, <c>distro</c> for the distribution's own.</param>
/// <param name="Sha1">Commit, <c>distro</c> with that branch.</param>
public sealed record KernelChoice(string Branch, string Sha1)
{
    /// <summary>The distribution's kernel.</summary>
    public static readonly KernelChoice Distro = new("distro", "distro");

    /// <summary>Whether kdb is switched on.</summary>
    public bool Kdb { get; init; } = true;
}
