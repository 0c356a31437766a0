using System.Collections.Concurrent;
using System.Globalization;
using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Scheduling;

/// <summary>Asks the builder whether the packages of jobs are there, once for each kind of build.</summary>
/// <param name="lookup">Knows the builders.</param>
/// <param name="site">The site's configuration.</param>
public sealed class PackageCheck(IPackageLookup lookup, SiteConfig site)
{
    // What says who the builder is goes with the question.
    private static readonly string[] Builder = ["package_source", "gitbuilder_host", "baseurl_template", "shaman", "pulp", "arch"];
    private readonly ConcurrentDictionary<string, Task<PackageFinding?>> _asked = new(StringComparer.Ordinal);

    /// <summary>Looks for the packages of a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What the builder says; null when nobody named a builder, or the job names no commit.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the builder does not answer.</exception>
    public async Task<PackageFinding?> FindAsync(YamlMap job, CancellationToken cancellationToken)
    {
        if (job.Get("sha1") is null)
            return null;
        var question = new YamlMap
        {
            ["sha1"] = job.Get("sha1"),
            ["flavor"] = job.Get("flavor") ?? "default",
            ["os_type"] = job.Get("os_type") is { } system && !system.Equals("rhel") ? system : "centos",
        };
        if (job.Get("os_version") is { } version)
            question["os_version"] = Convert.ToString(version, CultureInfo.InvariantCulture);
        foreach (var key in Builder)
        {
            if (job.Get(key) is { } value)
                question[key] = value;
        }

        return await _asked.GetOrAdd(CanonicalJson.Write(question), _ => lookup.FindAsync(question, site, cancellationToken));
    }
}
