using System.Text.RegularExpressions;

namespace Teuthology.Results;

/// <summary>A failure that is known: somebody owns it, and it is forgiven until a day.</summary>
public sealed record KnownIssue
{
    /// <summary>What it is called, e.g. a tracker's number and title.</summary>
    public required string Name { get; init; }

    /// <summary>Who takes care of it.</summary>
    public required string Owner { get; init; }

    /// <summary>Where it is told, http or https; null for nowhere.</summary>
    public string? Link { get; init; }

    /// <summary>Last day on which it counts as known, UTC.</summary>
    public required DateOnly Until { get; init; }

    /// <summary>What the reason, or the sign of the log, must match; null for any.</summary>
    public Regex? Reason { get; init; }

    /// <summary>What the job's description must match; null for any.</summary>
    public Regex? Description { get; init; }

    /// <summary>Id of the one fingerprint that is meant; null for any.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Where it stands: <c>file:line:column</c>.</summary>
    public required string At { get; init; }

    /// <summary>Whether a failure is this one, whatever the day.</summary>
    /// <param name="fingerprint">Of the failure.</param>
    /// <param name="job">The job that failed.</param>
    public bool Matches(Fingerprint fingerprint, JobSummary job) =>
        (Fingerprint is null || Fingerprint == fingerprint.Id)
        && (Reason is null || Reason.IsMatch(job.FailureReason ?? "") || Reason.IsMatch(fingerprint.Reason) || Reason.IsMatch(fingerprint.Signature ?? ""))
        && (Description is null || Description.IsMatch(job.Description ?? ""));
}
