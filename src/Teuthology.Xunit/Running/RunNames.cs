using System.Globalization;
using Teuthology.Suites;

namespace Teuthology.Xunit;

/// <summary>Names of runs in upstream's form: user, time, suite, branch, kernel, flavor, kind of machine.</summary>
internal static class RunNames
{
    /// <summary>A name that no run in the archive has.</summary>
    /// <param name="jobs">The run's jobs.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="archive">The archive's directory, null when not known.</param>
    public static string Make(IReadOnlyList<SuiteJob> jobs, DateTimeOffset now, string? archive)
    {
        var suites = jobs.Select(j => j.Suite).Distinct(StringComparer.Ordinal).Take(2).ToList();
        var suite = suites.Count == 1 ? suites[0] : "several";
        for (; ; now = now.AddSeconds(1))
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{Environment.UserName}-{now.UtcDateTime:yyyy-MM-dd_HH:mm:ss}-{suite}-local-distro-default-lab");
            if (archive is null || !Directory.Exists(Path.Combine(archive, name)))
                return name;
        }
    }
}
