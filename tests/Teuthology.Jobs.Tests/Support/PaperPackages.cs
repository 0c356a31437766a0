using Teuthology.Yaml;

namespace Teuthology.Jobs.Tests;

/// <summary>A builder that answers as told.</summary>
public sealed class PaperPackages(string distro, string? version) : IPackageLookup
{
    public Task<PackageFinding?> FindAsync(YamlMap job, SiteConfig site, CancellationToken cancellationToken) =>
        Task.FromResult<PackageFinding?>(new PackageFinding(distro, version, "http://builder/"));
}
