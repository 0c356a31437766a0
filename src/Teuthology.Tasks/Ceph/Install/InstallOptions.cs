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

    /// <summary>Keys that are upstream's and mean something that cannot be had here.</summary>
    private static readonly Dictionary<string, string> Unmet = new(StringComparer.Ordinal)
    {
        ["pulp"] = "a Pulp server with an account",
        ["rhbuild"] = "Red Hat's builds and a subscription",
        ["enable_coprs"] = "Fedora's copr on rpm machines",
        ["repos"] = "rpm machines",
        ["local"] = "packages on the controller; serve their directory as a gitbuilder does and name it by gitbuilder_host",
    };

    /// <summary>Packages of Ceph that are installed unless the job's <c>packages</c> names others: Ceph QA's list as far as Debian has them.</summary>
    public static IReadOnlyList<string> CephDefault { get; } =
    [
        "ceph", "ceph-mds", "ceph-mgr", "ceph-common", "ceph-fuse", "radosgw", "python3-rados", "python3-rgw", "python3-cephfs",
        "python3-rbd", "libcephfs2", "librados2", "librbd1", "rbd-fuse",
    ];

    /// <summary>The same on rpm machines.</summary>
    public static IReadOnlyList<string> CephDefaultRpms { get; } =
    [
        "ceph-radosgw", "ceph-test", "ceph", "ceph-fuse", "libcephfs2", "librados2", "librbd1", "python3-rados", "python3-rgw", "python3-cephfs",
        "python3-rbd", "rbd-fuse",
    ];

    /// <summary>The configuration with the overrides over it: what names builds and builders is read from there.</summary>
    public required YamlMap Config { get; init; }

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
            if (Unmet.TryGetValue((string)key, out var need) && config.Get(key) is not (null or false or YamlList { Count: 0 }))
                throw run.Wrong($"'{key}' needs {need}", key);
        }

        return Read(config, run.Job.Overrides("install"), run.Mark, kind);
    }

    /// <summary>Merges and reads.</summary>
    /// <param name="config">The task's configuration.</param>
    /// <param name="overrides">The job's <c>overrides.install</c>, or null.</param>
    /// <param name="mark">Where the task stands, for error texts.</param>
    /// <param name="kind">Kind of the machine's packages, <c>deb</c> or <c>rpm</c>.</param>
    /// <exception cref="ConfigurationException">A value is of the wrong kind.</exception>
    public static InstallOptions Read(YamlMap config, YamlMap? overrides, YamlMark? mark = null, string kind = "deb")
    {
        var project = config.Get("project") as string ?? "ceph";
        var merged = (YamlMap)DeepMerge.Merge(config, overrides?.Get(project) as YamlMap)!;
        var system = Names(merged, "extra_system_packages").Concat(Names(overrides, "extra_system_packages"));
        var chosen = Names(merged, "packages");
        var excluded = Names(merged, "exclude_packages").ToHashSet(StringComparer.Ordinal);
        IReadOnlyList<string> standard = project == "ceph" ? kind == "deb" ? CephDefault : CephDefaultRpms : [project];
        var all = merged.Get("install_ceph_packages") is false ? [] : (chosen.Count > 0 ? chosen : standard).Concat(Names(merged, "extra_packages"));
        var debug = merged.Get("debuginfo") is true;
        return new InstallOptions(
            project,
            [.. all.Where(p => !excluded.Contains(p) && (debug || !(p.EndsWith("-dbg", StringComparison.Ordinal) || p.EndsWith("-debuginfo", StringComparison.Ordinal)))).Distinct(StringComparer.Ordinal)],
            [.. system.Distinct(StringComparer.Ordinal)],
            merged.Get("cleanup") is true) { Config = merged };

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
