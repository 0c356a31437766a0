namespace Teuthology.Results;

/// <summary>The states of a job as they are written in stores, in summaries and on the wire.</summary>
public static class JobState
{
    /// <summary>In the queue.</summary>
    public const string Queued = "queued";

    /// <summary>Taken from the queue, waits for machines.</summary>
    public const string Waiting = "waiting";

    /// <summary>Its tasks run.</summary>
    public const string Running = "running";

    /// <summary>Ended well.</summary>
    public const string Pass = "pass";

    /// <summary>A task or check failed.</summary>
    public const string Fail = "fail";

    /// <summary>The lab failed it.</summary>
    public const string Dead = "dead";

    /// <summary>Nobody said.</summary>
    public const string Unknown = "unknown";

    /// <summary>Not run, as the lab cannot give what it needs. Ours alone: the wire says <see cref="Unknown"/>.</summary>
    public const string Skip = "skip";

    /// <summary>Every state, in the order in which the results server lists them, ours last.</summary>
    public static IReadOnlyList<string> All { get; } = [Queued, Pass, Running, Waiting, Fail, Dead, Unknown, Skip];

    /// <summary>The states that the results server knows, as it lists them.</summary>
    public static IReadOnlyList<string> Wire { get; } = [Pass, Fail, Queued, Running, Dead, Unknown, Waiting];

    /// <summary>Whether a client may tell that state: the results server's, and ours.</summary>
    /// <param name="state">State, or null.</param>
    public static bool IsOnWire(string? state) => state is not null && All.Contains(state);

    /// <summary>A state as the results server's clients know it.</summary>
    /// <param name="state">One of ours.</param>
    public static string OnWire(string state) => state == Skip ? Unknown : state;

    /// <summary>Whether a job in that state may still change by itself.</summary>
    /// <param name="state">State, or null.</param>
    public static bool IsUnfinished(string? state) => state is Queued or Waiting or Running;
}
