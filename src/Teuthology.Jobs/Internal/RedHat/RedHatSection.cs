using System.Globalization;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>
/// The section <c>redhat</c> of a job for downstream builds, and what it needs of the site's configuration: <c>ds_yaml_dir</c>, <c>cdn-config</c>, <c>registries</c>.
/// </summary>
internal sealed class RedHatSection
{
    private const string SetRepository = "set_repo.set_cdn_repo";
    private static readonly string[] BaseRepositories = ["MON", "OSD", "Tools", "Calamari", "Installer"];
    private static readonly string[] InstallerRepositories = ["Agent", "Main", "Installer"];
    private readonly YamlMap _job;
    private readonly YamlMap _section;
    private readonly SiteConfig _site;

    private RedHatSection(YamlMap job, YamlMap section, SiteConfig site) => (_job, _section, _site) = (job, section, site);

    /// <summary>Name and password at the CDN, its addresses; null for a job whose machines need none, as none of them runs RHEL.</summary>
    public RedHatAccount? Account => _site.All.Get("cdn-config") is YamlMap cdn ? new RedHatAccount(
        cdn.Get("server-url") as string ?? "subscription.rhsm.stage.redhat.com:443/subscription",
        cdn.Get("base-url") as string ?? "https://cdn.stage.redhat.com",
        cdn.Get("username") as string ?? throw Site("cdn-config", "'username' is missing"),
        cdn.Get("password") as string ?? throw Site("cdn-config", "'password' is missing")) : null;

    /// <summary>Configuration of the task that sets the CDN's repositories; null for none.</summary>
    public (string Task, object Config)? CdnRepositories => Set("set-cdn-repo") is { } config ? (SetRepository, config) : null;

    /// <summary>Address of the composes for monitors, OSDs and tools.</summary>
    public string? BaseUrl => Text("base-repo-url");

    /// <summary>Address of the installer's composes.</summary>
    public string? InstallerUrl => Text("installer-repo-url");

    /// <summary>Address of a repository for Debian and Ubuntu.</summary>
    public string? DebUrl => Text("deb-repo-url");

    /// <summary>Key of that repository, beside Red Hat's own.</summary>
    public string? DebKey => Text("deb-gpg-key");

    /// <summary>An address of a .repo file.</summary>
    public string? AdditionalRepository => Text("set-add-repo");

    /// <summary>A registry of container images to log in to.</summary>
    public string? Registry => Text("setup_container_registry");

    /// <summary>Leave the CDN's own repositories of Ceph on, as images of betas have no subscription.</summary>
    public bool SkipSubscriptionManager => _section.Get("skip-subscription-manager") is true;

    /// <summary>Whether the newest kernel is asked for.</summary>
    public bool LatestKernel => _section.Get("install_latest_rh_kernel") is true;

    /// <summary>Composes to look for at <see cref="BaseUrl"/>. Upstream has the job's own list outside of the section.</summary>
    public IReadOnlyList<string> BaseNames => Names("base-rh-repos") ?? BaseRepositories;

    /// <summary>Composes to look for at <see cref="InstallerUrl"/>.</summary>
    public IReadOnlyList<string> InstallerNames => Names("installer-repos") ?? InstallerRepositories;

    /// <summary>The section of a job; null when it has none.</summary>
    /// <exception cref="ConfigurationException">It is no mapping.</exception>
    public static RedHatSection? Of(YamlMap job, SiteConfig site) => job.Get("redhat") switch
    {
        _ when !job.ContainsKey("redhat") => null,
        YamlMap section => new RedHatSection(job, section, site),
        var other => throw new ConfigurationException($"'redhat' must be a mapping with 'rhbuild', not {YamlKind.Of(other)}", job.MarkOf("redhat")),
    };

    /// <summary>Looks at all that can be wrong before machines are locked.</summary>
    /// <exception cref="ConfigurationException">Something is.</exception>
    public void Check(ITaskCatalog tasks)
    {
        if (_section.Get("rhbuild") is null)
            throw Wrong("rhbuild", "Provide rhbuild attribute: the version of the product");
        _ = (Account, BaseNames, InstallerNames, DebKey, AdditionalRepository);
        if (CdnRepositories is not null && !tasks.TryFind(SetRepository, out _))
            throw Wrong("set-cdn-repo", $"it needs the task {SetRepository}, which stands in the product's own tree: name an assembly that has it by --tasks");
        foreach (var (key, url) in new[] { ("base-repo-url", BaseUrl), ("installer-repo-url", InstallerUrl), ("deb-repo-url", DebUrl), ("set-add-repo", AdditionalRepository) })
        {
            if (url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
                throw Wrong(key, $"'{key}' must be an address, http://… or https://…, not '{url}'");
        }

        if (Registry is not null)
            RegistryLogin();
    }

    /// <summary>Repositories of RHEL for a major version of it, from <c>RHBUILD.yaml</c> in the site's <c>ds_yaml_dir</c>.</summary>
    public IReadOnlyList<string> RhelRepositories(string major)
    {
        var repositories = (Build().Get("rhel_repos") as YamlMap)?.FirstOrDefault(pair => Convert.ToString(pair.Key, CultureInfo.InvariantCulture) == major).Value;
        return repositories is YamlList list ? [.. list.OfType<string>()] : throw Wrong("rhbuild", $"the product's file names no 'rhel_repos' for RHEL {major}");
    }

    /// <summary>Name and password at <see cref="Registry"/>.</summary>
    public (string Name, string Password) RegistryLogin() =>
        (_site.All.Get("registries") as YamlMap)?.Get(Registry!) is YamlMap login && login.Get("username") is string name && login.Get("password") is string password
            ? (name, password)
            : throw Wrong("setup_container_registry", $"Registry not found: 'registries' of the site's configuration needs '{Registry}' with 'username' and 'password'");

    private YamlMap Build()
    {
        var version = Convert.ToString(_section.Get("rhbuild"), CultureInfo.InvariantCulture)!;
        if (_site.All.Get("ds_yaml_dir") is not string directory)
            throw Wrong("rhbuild", "it needs 'ds_yaml_dir' in the site's configuration, the directory of the products' files");
        var path = Path.Combine(directory, version + ".yaml");
        return File.Exists(path)
            ? YamlLoader.LoadFile(path) as YamlMap ?? throw Wrong("rhbuild", $"{path} must be a mapping")
            : throw Wrong("rhbuild", $"there is no {path}");
    }

    private object? Set(string key) => _section.Get(key) is { } value and not false and not "" ? value : null;

    private string? Text(string key) => Set(key) switch
    {
        null => null,
        string text => text,
        var other => throw Wrong(key, $"'{key}' must be a text, not {YamlKind.Of(other)}"),
    };

    private IReadOnlyList<string>? Names(string key) => (Set(key) ?? _job.Get(key)) switch
    {
        null => null,
        YamlList list when list.All(item => item is string { Length: > 0 }) => list.Cast<string>().ToList(),
        _ => throw Wrong(key, $"'{key}' must be a list of names"),
    };

    private ConfigurationException Wrong(string key, string message) => new($"redhat: {message}", _section.MarkOf(key) ?? _job.MarkOf("redhat"));

    private ConfigurationException Site(string key, string message) => new($"site configuration: {key}: {message}", _site.All.MarkOf(key));
}
