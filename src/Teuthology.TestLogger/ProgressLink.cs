namespace Teuthology.TestLogger;

/// <summary>What the test host and the logger have to agree on.</summary>
internal static class ProgressLink
{
    /// <summary>Variable that names the logger's socket; the test host inherits it.</summary>
    public const string Variable = "TEUTHOLOGY_PROGRESS";

    /// <summary>What stands before the archive's path in a line of a test's output.</summary>
    public const string ArchivePrefix = "archive: ";
}
