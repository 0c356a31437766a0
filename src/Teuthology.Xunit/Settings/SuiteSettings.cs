using System.Globalization;
using System.Reflection;
using Teuthology.Suites;

namespace Teuthology.Xunit;

/// <summary>What discovery and runs go by: environment variables first (runsettings set them), then what the build noted in the assembly.</summary>
internal sealed record SuiteSettings
{
    /// <summary>Of a suite with more matching jobs than this a piece is taken, unless a subset is asked for: what Ceph's nightly runs queue of their largest suite.</summary>
    public const int DefaultPiece = 500;

    /// <summary>A subset with more matching jobs than this shows one case that tells how to choose among them.</summary>
    public const int DefaultJobLimit = 20_000;

    /// <summary>Directory whose directories are suites.</summary>
    public required string SuitesDirectory { get; init; }

    /// <summary>Directory of the archives; null leaves it to the engine.</summary>
    public string? ArchiveDirectory { get; init; }

    /// <summary>Piece of each suite to run; null for all of it.</summary>
    public SuiteSubset? Subset { get; init; }

    /// <summary>Seed of the suites' random picks; the same seed gives the same cases.</summary>
    public long Seed { get; init; }

    /// <summary>Most jobs at once; null takes the number of the lab's machines.</summary>
    public int? Parallel { get; init; }

    /// <summary>Most matching jobs of one suite; null leaves it to <see cref="MostJobs"/>.</summary>
    public int? JobLimit { get; init; }

    /// <summary>Most matching jobs of one suite that are taken.</summary>
    public int MostJobs => JobLimit ?? (Subset is null ? DefaultPiece : DefaultJobLimit);

    /// <summary>The user's YAML files, merged over every job in this order.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>What the lab adds to every job; null for nothing.</summary>
    public LabOverlay? Overlay { get; init; }

    /// <summary>How jobs are queued for workers; null when they run here.</summary>
    public ScheduledSettings? Scheduled { get; init; }

    /// <summary>Reads the settings for the tests of <paramref name="assembly"/>.</summary>
    /// <param name="assembly">The test assembly.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <exception cref="ConfigurationException">A variable's value is not what it should be.</exception>
    public static SuiteSettings Read(Assembly assembly, Func<string, string?> environment)
    {
        string? Text(string variable, string? metadata) => environment(variable) is { Length: > 0 } value ? value : Noted(assembly, metadata);
        var suites = Path.GetFullPath(Text("TEUTHOLOGY_SUITES", "Teuthology.Suites") ?? "suites");
        if (Directory.Exists(Path.Combine(suites, "qa", "suites")))
            suites = Path.Combine(suites, "qa", "suites");
        var scheduled = ScheduledSettings.Read(environment);
        var overlay = environment("TEUTHOLOGY_OVERLAY") is { Length: > 0 } asked ? asked : null;
        return new SuiteSettings
        {
            SuitesDirectory = suites,
            // A test host starts in its output directory, which nobody means: relative paths start where the suites are.
            Overrides = [.. (environment("TEUTHOLOGY_OVERRIDES") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(file => Path.GetFullPath(file, Path.GetDirectoryName(suites) ?? "/"))],
            ArchiveDirectory = Text("TEUTHOLOGY_ARCHIVE", "Teuthology.Archive") is { } archive ? Path.GetFullPath(archive) : null,
            Subset = environment("TEUTHOLOGY_SUBSET") is { Length: > 0 } subset ? SuiteSubset.Parse(subset) : null,
            Seed = Number("TEUTHOLOGY_SEED", environment, long.MinValue) ?? 0,
            Parallel = (int?)Number("TEUTHOLOGY_PARALLEL", environment, 1),
            JobLimit = (int?)Number("TEUTHOLOGY_JOB_LIMIT", environment, 1),
            Scheduled = scheduled,
            // Workers run the jobs of a queue on machines of their own kind.
            Overlay = scheduled is null ? LabOverlay.Choose(overlay is null or "none" ? null : Path.GetFullPath(overlay, Path.GetDirectoryName(suites) ?? "/"), overlay is "none", suites) : null,
        };
    }

    private static string? Noted(Assembly assembly, string? key) => key is null
        ? null
        : assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == key)?.Value;

    private static long? Number(string variable, Func<string, string?> environment, long least)
    {
        if (environment(variable) is not { Length: > 0 } text)
            return null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && (least == long.MinValue || number <= int.MaxValue))
            return number;
        throw new ConfigurationException($"{variable} is '{text}', but must be a whole number{(least == 1 ? " from 1" : "")}");
    }
}
