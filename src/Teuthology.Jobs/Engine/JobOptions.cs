using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Teuthology.Jobs;

/// <summary>Settings of the job engine.</summary>
public sealed record JobOptions
{
    /// <summary>Where runs are archived.</summary>
    public string ArchiveDirectory { get; init; } = DefaultArchive();

    /// <summary>Most time a job may take from its first task on; null for no limit.</summary>
    public TimeSpan? JobTimeout { get; init; }

    /// <summary>Most time each step of unwinding may take.</summary>
    public TimeSpan UnwindTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a cancelled task or step may take to stop before it is left behind.</summary>
    public TimeSpan CancelGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Directory on the machines; a job's <c>test_path</c> goes before it. Null: <c>/home/&lt;user&gt;/cephtest</c>, or a
    /// directory of the job's own under /tmp where machines share a file system.</summary>
    public string? TestDirectory { get; init; }

    /// <summary>Lowest level that goes to teuthology.log.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Debug;

    /// <summary>The settings that TEUTHOLOGY_ARCHIVE and TEUTHOLOGY_JOB_TIMEOUT (seconds) give.</summary>
    /// <exception cref="ConfigurationException">A variable makes no sense.</exception>
    public static JobOptions FromEnvironment()
    {
        var options = new JobOptions();
        if (Environment.GetEnvironmentVariable("TEUTHOLOGY_ARCHIVE") is { Length: > 0 } archive)
            options = options with { ArchiveDirectory = Path.GetFullPath(archive) };
        if (Environment.GetEnvironmentVariable("TEUTHOLOGY_JOB_TIMEOUT") is { Length: > 0 } timeout)
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
