namespace Teuthology.Results;

/// <summary>The entering or the unwinding of a task of a job.</summary>
public sealed class TaskPhase
{
    /// <summary>Number of the task in the job, from 1.</summary>
    public required int Id { get; init; }

    /// <summary>Name as the job wrote it.</summary>
    public required string Task { get; init; }

    /// <summary>Where it stands in the job, e.g. <c>tasks[2]</c>; null for the framework's own and where it is not known.</summary>
    public string? Path { get; init; }

    /// <summary>Where it stands in the files, <c>file:line:column</c>; null when not known.</summary>
    public string? At { get; init; }

    /// <summary>False on entering, true on unwinding.</summary>
    public required bool Unwinding { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime Start { get; init; }

    /// <summary>UTC; null while it goes on, and when the job was cut off in it.</summary>
    public DateTime? End { get; internal set; }

    /// <summary>What went wrong; null when nothing did.</summary>
    public string? Error { get; internal set; }

    /// <summary>It was stopped since another one failed; that is no failure of its own.</summary>
    public bool Cancelled { get; internal set; }

    /// <summary>The task that ran it, in the phase in which it did; null at the top.</summary>
    public TaskPhase? Parent { get; internal init; }

    /// <summary>A task that the framework puts around the job's own.</summary>
    public bool IsFramework => Path is null && Task.StartsWith("internal.", StringComparison.Ordinal);
}
