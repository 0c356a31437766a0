namespace Teuthology.Results;

/// <summary>What to make a coverage report of.</summary>
public sealed record CoverageOptions
{
    /// <summary>Archive of a run: it holds a directory for each job.</summary>
    public required string TestDirectory { get; init; }

    /// <summary>Where tracefiles go.</summary>
    public required string Output { get; init; }

    /// <summary>Where HTML goes; null for none.</summary>
    public string? HtmlOutput { get; init; }

    /// <summary>Directory of lcov and genhtml; null takes them from PATH.</summary>
    public string? ToolsDirectory { get; init; }

    /// <summary>Directory of the build, which holds its notes (.gcno); null looks where the build was made.</summary>
    public string? BuildDirectory { get; init; }

    /// <summary>Leave out what no job touched: do not begin with a zero for every line of the build.</summary>
    public bool SkipInit { get; init; }
}
