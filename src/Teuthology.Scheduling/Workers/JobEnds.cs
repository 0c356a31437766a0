namespace Teuthology.Scheduling;

/// <summary>Texts of ends that jobs do not come to by themselves; other programs read them.</summary>
public static class JobEnds
{
    /// <summary>Somebody killed it.</summary>
    public const string Killed = "killed";

    /// <summary>It ran longer than the site allows.</summary>
    public const string MaxTime = "hit max job timeout";
}
