namespace Teuthology.OpenStack;

/// <summary>How patient calls are.</summary>
public sealed record OpenStackOptions
{
    /// <summary>Tries of a call that may be repeated, at least 1.</summary>
    public int Tries { get; init; } = 6;

    /// <summary>Pause before the second try; it doubles with each further one.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause, also of those that a service asks for by <c>Retry-After</c>: who asks for more is told as an error.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long one try may take; uploads of images are not limited by it.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How long before its end a token is renewed.</summary>
    public TimeSpan TokenMargin { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Items per page of lists; null leaves it to the service.</summary>
    public int? PageSize { get; init; }

    /// <summary>Most items of one list, a stop for services whose pages never end.</summary>
    public int MostItems { get; init; } = 100_000;

    /// <summary>Told before each further try; null for silence.</summary>
    public IProgress<string>? Progress { get; init; }

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
