namespace Teuthology.Tasks;

/// <summary>Configuration of <c>tests</c>.</summary>
public sealed record SelfTestOptions
{
    /// <summary>How they are run.</summary>
    public SelfTestMode Mode { get; init; } = SelfTestMode.Py;

    /// <summary>Solution, project, or built test assembly; when absent the Teuthology.sln above the running program.</summary>
    public string? Path { get; init; }

    /// <summary>Which tests, as <c>dotnet test --filter</c> takes it.</summary>
    public string? Filter { get; init; }
}
