namespace Teuthology.Suites;

/// <summary>How a directory appears in descriptions.</summary>
/// <param name="Text">Its name; empty for the suite itself.</param>
internal readonly record struct DirectoryName(string Text)
{
    /// <summary>What stands before the text of a child.</summary>
    public string Before => Text.Length == 0 ? "" : Text + "/";
}
