namespace Teuthology.Suites;

/// <summary>Tells checkouts of Ceph from other directories of suites.</summary>
public static class CephCheckout
{
    /// <summary>Whether suites are those of Ceph's own tests: their tasks in Python stand beside them.</summary>
    /// <param name="suitesDirectory">Directory of suites, <c>qa/suites</c> of a checkout.</param>
    public static bool Holds(string suitesDirectory) =>
        Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(suitesDirectory))) is { } above && File.Exists(Path.Combine(above, "tasks", "ceph.py"));
}
