namespace Teuthology.OpenStack;

/// <summary>
/// Names under which resources tell whose they are: keys of metadata (servers, volumes), of properties (images), and words of descriptions (security
/// groups, floating IPs, ports). Nova's tags are short and know no <c>/</c>: they repeat <see cref="Setup"/> and <see cref="RunId"/> only, for lists.
/// </summary>
public static class RunMarks
{
    /// <summary>Name of the set-up (<c>--name</c>, by default <c>teuthology</c>). What has no such key is not ours, and never touched.</summary>
    public const string Setup = "teuthology";

    /// <summary>Name of the run.</summary>
    public const string Run = "teuthology-run";

    /// <summary>Id of the job; missing where a resource is the whole run's.</summary>
    public const string Job = "teuthology-job";

    /// <summary>Who: <c>user@host</c>.</summary>
    public const string Owner = "teuthology-owner";

    /// <summary>The process that cares for it, as <see cref="ControllerProcess"/> writes itself.</summary>
    public const string Process = "teuthology-process";

    /// <summary>Until when it is cared for, UTC: <c>2026-11-23T18:05:00Z</c>; <c>kept</c> for what stays until somebody tears it down.</summary>
    public const string Lease = "teuthology-lease";

    /// <summary>A lease that does not end.</summary>
    public const string Kept = "kept";

    /// <summary>Beginning of the names of what has a name only: key pairs.</summary>
    public const string NamePrefix = "teuth-";

    /// <summary>Short id of a run, in tags and names: letters and digits of its name and some of its SHA-256.</summary>
    public const string RunId = "teuthology-id";
}
