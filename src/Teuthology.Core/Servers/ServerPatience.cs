namespace Teuthology;

/// <summary>How long a server that is away, or stumbles, is asked again; as upstream: ten tries, one second, then half a second more each time.</summary>
public sealed record ServerPatience
{
    /// <summary>Tries of a call, at least 1.</summary>
    public int Tries { get; init; } = 10;

    /// <summary>Pause before the second try; each further one is longer by half of it.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Told before each further try; null for silence.</summary>
    public IProgress<string>? Progress { get; init; }

    /// <summary>What to show the server to be let write; null to take what <see cref="ServerToken"/> finds.</summary>
    public string? Token { get; init; }

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
