namespace Teuthology.Tasks;

/// <summary>The kernel that a host shall run, and where it is had from.</summary>
/// <param name="Wanted">A release as <c>uname -r</c> says it, or a commit.</param>
internal abstract record KernelOrigin(string Wanted)
{
    /// <summary>The distribution's newest, which its package tools have installed already.</summary>
    public sealed record Distribution(string Wanted) : KernelOrigin(Wanted);

    /// <summary>A package on the controller.</summary>
    /// <param name="Wanted">The commit that its name tells.</param>
    /// <param name="Path">The file.</param>
    public sealed record LocalFile(string Wanted, string Path) : KernelOrigin(Wanted);

    /// <summary>A package that the host fetches from a builder or from koji.</summary>
    /// <param name="Wanted">Release or commit.</param>
    /// <param name="Url">Address of the package.</param>
    public sealed record Download(string Wanted, string Url) : KernelOrigin(Wanted);

    /// <summary>For the log.</summary>
    public string Source => this switch
    {
        LocalFile file => file.Path,
        Download download => download.Url,
        _ => "the distribution",
    };
}
