namespace Teuthology.Cli;

/// <summary>A run for a controller.</summary>
/// <param name="Run">Its name.</param>
/// <param name="Words">The line's options.</param>
internal sealed record ControllerOrder(string Run, IReadOnlyList<string> Words)
{
    /// <summary>Directory of suites here; null where the controller gets them by git.</summary>
    public string? SuiteDirectory { get; init; }

    /// <summary>Files here that go over the jobs.</summary>
    public IReadOnlyList<string> Overlays { get; init; } = [];

    /// <summary>How long the run's end is waited for; null for not at all.</summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>Where uploads can be seen.</summary>
    public string? UploadUrl { get; init; }
}
