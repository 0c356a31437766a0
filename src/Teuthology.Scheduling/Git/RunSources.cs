namespace Teuthology.Scheduling;

/// <summary>The branches and commits of a run, and where its suites are on this host.</summary>
public sealed record RunSources
{
    /// <summary>Commit of Ceph; null where nobody was asked.</summary>
    public string? CephSha1 { get; init; }

    /// <summary>Branch of the suites; null where they are in no repository.</summary>
    public string? SuiteBranch { get; init; }

    /// <summary>Commit of the suites; null where they are in no repository.</summary>
    public string? SuiteSha1 { get; init; }

    /// <summary>The checkout, or the directory that was named.</summary>
    public required string SuiteRoot { get; init; }

    /// <summary>Whether repositories were asked: without, the run's workers need <see cref="SuiteRoot"/> itself.</summary>
    public bool FromRepositories { get; init; }

    /// <summary>Branch of the framework.</summary>
    public string TeuthologyBranch { get; init; } = "main";

    /// <summary>Commit of the framework; null where nobody was asked.</summary>
    public string? TeuthologySha1 { get; init; }
}
