namespace Teuthology.Scheduling;

/// <summary>What a command line, the environment and the site say about repositories, branches and commits.</summary>
public sealed record RepositoryChoice
{
    /// <summary>Branch of Ceph.</summary>
    public string CephBranch { get; init; } = "main";

    /// <summary>Ceph's repository.</summary>
    public required string CephUrl { get; init; }

    /// <summary>Whether somebody named it: a site that never did has perhaps no way there.</summary>
    public bool CephIsNamed { get; init; }

    /// <summary>Commit of Ceph; null for the branch's newest.</summary>
    public string? CephSha1 { get; init; }

    /// <summary>The suites' repository.</summary>
    public required string SuiteUrl { get; init; }

    /// <summary>Whether somebody named that.</summary>
    public bool SuiteIsNamed { get; init; }

    /// <summary>Branch of the suites; null for Ceph's where there is one of that name, else main.</summary>
    public string? SuiteBranch { get; init; }

    /// <summary>Commit of the suites; null for the branch's newest.</summary>
    public string? SuiteSha1 { get; init; }

    /// <summary>Directory of suites, or of a checkout, that is taken as it is; null for a checkout by git.</summary>
    public string? SuiteDirectory { get; init; }

    /// <summary>Branch of the framework that somebody named; null for none.</summary>
    public string? TeuthologyBranch { get; init; }

    /// <summary>Whether commits that are named are looked for in their repositories.</summary>
    public bool ValidateSha1 { get; init; } = true;
}
