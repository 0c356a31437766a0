namespace Teuthology.Suites;

/// <summary>An entry of a directory with <c>%</c>.</summary>
/// <param name="Node">What it gives.</param>
/// <param name="File">Its name.</param>
/// <param name="IsDirectory">True for a directory.</param>
internal sealed record ProductPart(MatrixNode Node, string File, bool IsDirectory)
{
    /// <summary>By which the texts are sorted.</summary>
    public string Text { get; } = IsDirectory ? File + "/" : File;
}
