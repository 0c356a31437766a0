using System.Diagnostics.CodeAnalysis;

namespace Teuthology.Cli;

/// <summary>The job for which a machine is locked, as the description tells it.</summary>
/// <param name="Run">Name of its run.</param>
/// <param name="JobId">Its id there.</param>
internal sealed record StaleJob(string Run, string JobId)
{
    /// <summary>Reads the archive path of a job; any other description is a person's, and none of ours to judge.</summary>
    public static bool TryParse(string? description, [NotNullWhen(true)] out StaleJob? job)
    {
        job = description is ['/', ..] && description.Split('/') is { Length: > 2 } parts && parts[^1].Length > 0 && parts[^2].Length > 0 ? new StaleJob(parts[^2], parts[^1]) : null;
        return job is not null;
    }
}
