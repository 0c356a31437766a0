using Teuthology.Jobs;

namespace Teuthology.Cli;

/// <summary>What the options of <c>run</c> and <c>suite run</c> have in common.</summary>
internal sealed record RunSettings
{
    public string? Name { get; init; }

    public string? Owner { get; init; }

    /// <summary>Directory above all runs.</summary>
    public string? Archive { get; init; }

    /// <summary>The one job's own directory.</summary>
    public string? JobArchive { get; init; }

    /// <summary>Assemblies with tasks of the user's own.</summary>
    public IReadOnlyList<string> TaskAssemblies { get; init; } = [];

    public double? TimeoutSeconds { get; init; }

    /// <summary>Tasks that are to be the checkout's Python although we have one of that name.</summary>
    public IReadOnlyList<string> PythonTasks { get; init; } = [];

    public string? LabKind { get; init; }

    public bool Json { get; init; }

    public bool Verbose { get; init; }

    /// <summary>The site's configuration where it is another one than the file's; null for that.</summary>
    public SiteConfig? Site { get; init; }

    /// <summary>Settings of the engine: the environment's, these on top.</summary>
    /// <exception cref="ConfigurationException">A setting makes no sense.</exception>
    public JobOptions Jobs(Terminal terminal)
    {
        var options = JobOptions.From(terminal.Environment);
        if (Site is { } site)
            options = options with { Site = site };
        if ((Archive ?? terminal.Environment("TEUTHOLOGY_ARCHIVE")) is { } archive)
            options = options with { ArchiveDirectory = terminal.FullPath(archive) };
        options = options with { PythonTasks = [.. options.PythonTasks.Union(PythonTasks, StringComparer.Ordinal)] };
        if (TimeoutSeconds is { } seconds)
        {
            options = seconds is >= 0 and < 1e9
                ? options with { JobTimeout = seconds == 0 ? null : TimeSpan.FromSeconds(seconds) }
                : throw new ConfigurationException("--timeout must be a number of seconds, 0 for no limit");
        }

        return options;
    }
}
