namespace Teuthology.Orchestra;

/// <summary>Bounds and patience of a <see cref="Remote"/>.</summary>
public sealed record RemoteOptions
{
    /// <summary>Commands at once on one connection. sshd's MaxSessions (10 unless configured) must be at least one more: a kill never queues.</summary>
    public int MaxSessions { get; init; } = 9;

    /// <summary>Connections to a host at most. A further one is opened when a command has waited <see cref="QueuePatience"/> for a session.</summary>
    public int MaxConnections { get; init; } = 8;

    /// <summary>How long a command queues for a session before a further connection is opened.</summary>
    public TimeSpan QueuePatience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Deadline for a connection with all its retries.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a process group has after TERM before it gets KILL.</summary>
    public TimeSpan KillGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a connection on which commands run is seen to be alive.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long the host's kernel may be silent before the connection counts as lost. A host whose kernel answers but not its sshd, because
    /// it is busy, has <see cref="AnswerTimeout"/>.
    /// </summary>
    public TimeSpan LinkTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long sshd may be silent on a host whose kernel is there.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long output is followed that a command left open in the background when it ended.</summary>
    public TimeSpan OutputLinger { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes of each output stream that a result keeps; of more, the tail.</summary>
    public int CaptureLimit { get; init; } = 8 * 1024 * 1024;

    /// <summary>What the guardian on the host is told; null runs commands without one: they end with their connection.</summary>
    public GuardianOptions? Guardian { get; init; } = new();

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
