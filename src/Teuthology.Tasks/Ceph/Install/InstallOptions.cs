using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>What a job says about packages: the <c>install</c> task's configuration with <c>overrides.install.&lt;project&gt;</c> over it.</summary>
/// <param name="Project">Project, <c>ceph</c> as a rule.</param>
/// <param name="Packages">Packages of the project to install, in order.</param>
/// <param name="SystemPackages">Other packages, of no particular version.</param>
/// <param name="Cleanup">Remove the packages when the job unwinds.</param>
public sealed record InstallOptions(string Project, IReadOnlyList<string> Packages, IReadOnlyList<string> SystemPackages, bool Cleanup)
{
    private static readonly string[] Kinds = ["deb", "rpm"];

    private static readonly string[] Keys =
    [
        "project", "branch", "sha1", "tag", "ref", "flavor", "debuginfo", "packages", "exclude_packages", "extra_packages", "extra_system_packages", "cleanup",
        "wait_for_package", "package_source", "gitbuilder_host", "baseurl_template", "shaman", "pulp", "path", "valgrind", "coverage", "skip_uninstall",
        "downgrade_packages", "repos", "repos_only", "install_ceph_packages", "enable_coprs", "extras", "local", "rhbuild", "playbook", "vars", "redhat", "cluster",
    ];

    /// <summary>The configuration with the overrides over it: what names builds and builders is read from there.</summary>
    public required YamlMap Config { get; init; }

    /// <summary>Sources to take the packages from in place of a build.</summary>
    public IReadOnlyList<PackageRepository> Repositories { get; init; } = [];

    /// <summary>Fedora's copr repositories to enable on rpm machines, until the packages are removed.</summary>
    public IReadOnlyList<string> Coprs { get; init; } = [];

    /// <summary>Packages that rpm machines have in a higher version, to be brought down to the build's.</summary>
    public IReadOnlyList<string> Downgraded { get; init; } = [];

    /// <summary>Install nothing, but make the sources known.</summary>
    public bool OnlySources => Config.Get("repos_only") is true;

    /// <summary>Whether packages are the project's and removed with it.</summary>
    public bool InstallsProject => Config.Get("install_ceph_packages") is not false;

    /// <summary>Directory of packages on the controller that beat those of a source; null for none.</summary>
    public string? LocalDirectory => Config.Get("local") as string;

    /// <summary>Kind of build: <c>flavor</c>, or what <c>path</c>, <c>valgrind</c> and <c>coverage</c> stand for.</summary>
    public string Flavor => Config.Get("path") is not (null or false) ? "local"
        : Config.Get("valgrind") is not (null or false) ? "notcmalloc"
        : Config.Get("coverage") is not (null or false) ? "gcov"
        : Config.Get("flavor") as string ?? "default";

    /// <summary>Reads an <c>install</c> task's configuration.</summary>
    /// <param name="run">The task.</param>
    /// <param name="kind">Kind of the machine's packages, <c>deb</c> or <c>rpm</c>.</param>
    /// <exception cref="ConfigurationException">A value is of the wrong kind.</exception>
    public static InstallOptions Read(TaskRun run, string kind = "deb")
    {
        var config = run.Map();
        foreach (var key in config.Keys)
        {
            if (key is "all" || run.Job.Cluster.AllRoles.Contains(key))
                continue;
            if (!Keys.Contains(key))
                throw run.Wrong($"'{key}' is neither a role of this job nor a key of install{NearMiss.Hint(key.ToString()!, Keys)}", key);
        }

        return Read(config, run.Job.Overrides("install"), run.Mark, kind, PackageList.Of(run.Job));
    }

    /// <summary>Merges and reads.</summary>
    /// <param name="config">The task's configuration.</param>
    /// <param name="overrides">The job's <c>overrides.install</c>, or null.</param>
    /// <param name="mark">Where the task stands, for error texts.</param>
    /// <param name="kind">Kind of the machine's packages, <c>deb</c> or <c>rpm</c>.</param>
    /// <param name="lists">The projects' packages; null for those that are built in.</param>
    /// <exception cref="ConfigurationException">A value is of the wrong kind.</exception>
    public static InstallOptions Read(YamlMap config, YamlMap? overrides, YamlMark? mark = null, string kind = "deb", PackageList? lists = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        var project = config.Get("project") as string ?? "ceph";
        var merged = (YamlMap)DeepMerge.Merge(config, overrides?.Get(project) as YamlMap)!;
        var system = Names(merged, "extra_system_packages").Concat(Names(overrides, "extra_system_packages"));
        var chosen = Names(merged, "packages");
        var excluded = Names(merged, "exclude_packages").ToHashSet(StringComparer.Ordinal);
        var standard = (lists ?? PackageList.BuiltIn).For(project, kind);

        // What upstream installs on rpm hosts then: a suite's own test needs it, and its dependencies may be another vendor's.
        var all = merged.Get("install_ceph_packages") is false ? kind == "rpm" ? ["librados2", "ceph-test"] : [] : (chosen.Count > 0 ? chosen : standard).Concat(Names(merged, "extra_packages"));
        var debug = merged.Get("debuginfo") is true;
        return new InstallOptions(
            project,
            [.. all.Where(p => !excluded.Contains(p) && (debug || !(p.EndsWith("-dbg", StringComparison.Ordinal) || p.EndsWith("-debuginfo", StringComparison.Ordinal)))).Distinct(StringComparer.Ordinal)],
            [.. system.Distinct(StringComparer.Ordinal)],
            merged.Get("cleanup") is true)
        {
            Config = merged,
            Repositories = PackageRepository.ReadAll(merged.ContainsKey("repos") ? merged : overrides ?? [], mark),
            Coprs = Names(merged, "enable_coprs"),
            Downgraded = Names(merged, "downgrade_packages"),
        };

        IReadOnlyList<string> Names(YamlMap? from, string key)
        {
            var packages = from?.Get(key) is YamlMap kinds && !kinds.Keys.Any(k => !Kinds.Contains(k)) ? kinds.Get(kind) : from?.Get(key);
            return packages switch
            {
                null => [],
                YamlList list => [.. list.Select(item => item as string ?? throw Wrong())],
                _ => throw Wrong(),
            };

            ConfigurationException Wrong() => new($"task 'install': '{key}' must be a list of packages, or a mapping with the keys 'deb' and 'rpm'", from!.MarkOf(key) ?? mark);
        }
    }

    /// <summary>The build that is wanted on a machine with these roles, or null.</summary>
    /// <param name="roles">Its roles.</param>
    public BuildReference? Wanted(params IEnumerable<string> roles) => BuildReference.Choose(Config, roles);
}
