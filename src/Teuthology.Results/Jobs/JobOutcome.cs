namespace Teuthology.Results;

/// <summary>How a job ended, or that it has not: what is needed to compare many.</summary>
/// <param name="RunName">Name of its run.</param>
/// <param name="JobId">Its id within the run.</param>
/// <param name="Status">See <see cref="JobState"/>.</param>
/// <param name="Description">Upstream's description text, suite in front.</param>
/// <param name="Sha1">Commit of the product.</param>
/// <param name="Posted">When the store first heard of it, UTC.</param>
public sealed record JobOutcome(string RunName, string JobId, string Status, string? Description, string? Sha1, DateTime Posted);
