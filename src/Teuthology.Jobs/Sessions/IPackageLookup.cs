using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>Knows the builders of packages; for the check before machines are locked.</summary>
public interface IPackageLookup
{
    /// <summary>Looks up the packages that a job's <c>os_type</c>, <c>os_version</c>, <c>arch</c>, <c>flavor</c> and <c>ref</c>, <c>tag</c>, <c>branch</c> or <c>sha1</c> name.</summary>
    /// <param name="job">The job's configuration.</param>
    /// <param name="site">The site's configuration.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when neither job nor site names a builder.</returns>
    /// <exception cref="ConfigurationException">Their configuration makes no sense.</exception>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the builder does not answer.</exception>
    Task<PackageFinding?> FindAsync(YamlMap job, SiteConfig site, CancellationToken cancellationToken);
}
