using System.Globalization;
using Microsoft.Extensions.Logging;
using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary>Settings of the job engine.</summary>
public sealed record JobOptions
{
    /// <summary>Where runs are archived.</summary>
    public string ArchiveDirectory { get; init; } = DefaultArchive();

    /// <summary>Most time a job may take from its first task on; null for no limit.</summary>
    public TimeSpan? JobTimeout { get; init; }

    /// <summary>Most time each step of unwinding may take; one that waits for work of the job may have said that it takes longer.</summary>
    public TimeSpan UnwindTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a cancelled task or step may take to stop before it is left behind.</summary>
    public TimeSpan CancelGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Directory on the machines; a job's <c>test_path</c> goes before it. Null: the site's <c>test_path</c>, else
    /// <c>/home/&lt;user&gt;/cephtest</c>, or a directory of the job's own under /tmp where machines share a file system.</summary>
    public string? TestDirectory { get; init; }

    /// <summary>Lowest level that goes to teuthology.log.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Debug;

    /// <summary>The site's configuration, <c>.teuthology.yaml</c>.</summary>
    public SiteConfig Site { get; init; } = SiteConfig.Empty;

    /// <summary>Server and account of Rocket.Chat, as upstream's client reads them.</summary>
    public string RocketChatSettings { get; init; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".config/rocketchat.api/settings.yaml");

    /// <summary>Interpreter of tasks that are Python in a suite's checkout: a path, or a name on the PATH.</summary>
    public string Python { get; init; } = "python3";

    /// <summary>Tasks that are to be the checkout's Python although we have one of that name; a job's <c>python_tasks</c> adds to them.</summary>
    public IReadOnlyList<string> PythonTasks { get; init; } = [];

    /// <summary>Bounds and patience of the connections to a job's machines.</summary>
    public RemoteOptions Remote { get; init; } = new();

    /// <summary>The settings that the site's configuration gives, and over it TEUTHOLOGY_ARCHIVE, TEUTHOLOGY_PYTHON, TEUTHOLOGY_PYTHON_TASKS and TEUTHOLOGY_JOB_TIMEOUT (seconds).</summary>
    /// <exception cref="ConfigurationException">A variable, or the site's configuration, makes no sense.</exception>
    public static JobOptions FromEnvironment() => From(Environment.GetEnvironmentVariable);

    /// <summary>As <see cref="FromEnvironment"/>, for another environment.</summary>
    /// <param name="environment">Gives a variable's value, or null.</param>
    /// <exception cref="ConfigurationException">A variable, or the site's configuration, makes no sense.</exception>
    public static JobOptions From(Func<string, string?> environment)
    {
        var site = SiteConfig.Load(environment);
        var options = new JobOptions { Site = site, JobTimeout = site.MaxJobTime };
        if (environment("TEUTHOLOGY_ARCHIVE") is { Length: > 0 } archive)
            options = options with { ArchiveDirectory = Path.GetFullPath(archive) };
        else if (site.ArchiveBase is { } above)
            options = options with { ArchiveDirectory = Path.GetFullPath(above) };
        if (environment("TEUTHOLOGY_PYTHON") is { Length: > 0 } python)
            options = options with { Python = python };
        if (environment("TEUTHOLOGY_PYTHON_TASKS") is { Length: > 0 } names)
            options = options with { PythonTasks = names.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries) };
        if (environment("TEUTHOLOGY_JOB_TIMEOUT") is { Length: > 0 } timeout)
        {
            if (!double.TryParse(timeout, CultureInfo.InvariantCulture, out var seconds) || seconds < 0 || seconds > TimeSpan.MaxValue.TotalSeconds / 2)
                throw new ConfigurationException($"TEUTHOLOGY_JOB_TIMEOUT must be a number of seconds (0 for no limit), not '{timeout}'");
            options = options with { JobTimeout = seconds == 0 ? null : TimeSpan.FromSeconds(seconds) };
        }

        return options;
    }

    private static string DefaultArchive() => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "teuthology",
        "archive");
}
