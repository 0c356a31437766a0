namespace Teuthology.TestLogger;

/// <summary>What a line of progress tells; the console colours by it.</summary>
internal enum ProgressKind
{
    /// <summary>A job begins.</summary>
    Start,

    /// <summary>It waits.</summary>
    Waiting,

    /// <summary>It enters a task.</summary>
    Task,

    /// <summary>It unwinds a task.</summary>
    Unwind,

    /// <summary>It passed.</summary>
    Passed,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It was skipped.</summary>
    Skipped,

    /// <summary>How the run stands.</summary>
    Run,

    /// <summary>The run is over; no text.</summary>
    End,

    /// <summary>The listener closes; only it sends this, to itself.</summary>
    Close,
}
