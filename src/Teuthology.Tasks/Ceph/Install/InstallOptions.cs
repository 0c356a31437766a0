using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>What a job says about packages: the <c>install</c> task's configuration with <c>overrides.install.&lt;project&gt;</c> over it.</summary>
/// <param name="Project">Project, <c>ceph</c> as a rule.</param>
/// <param name="Packages">Packages of the project to install, in order.</param>
/// <param name="SystemPackages">Other packages, of no particular version.</param>
/// <param name="Wanted">The tag, branch or sha1 that was asked for, in words, or null. It is told and not enforced: the version is
/// what the machines' package sources have.</param>
/// <param name="Cleanup">Remove the packages when the job unwinds.</param>
public sealed record InstallOptions(string Project, IReadOnlyList<string> Packages, IReadOnlyList<string> SystemPackages, string? Wanted, bool Cleanup)
{
    /// <summary>Packages of Ceph that are installed unless the job's <c>packages</c> names others: Ceph QA's list as far as Debian has them.</summary>
    public static IReadOnlyList<string> CephDefault { get; } =
    [
        "ceph", "ceph-mds", "ceph-mgr", "ceph-common", "ceph-fuse", "radosgw", "python3-rados", "python3-rgw", "python3-cephfs",
        "python3-rbd", "libcephfs2", "librados2", "librbd1", "rbd-fuse",
    ];

    /// <summary>Reads an <c>install</c> task's configuration.</summary>
    /// <param name="run">The task.</param>
    /// <exception cref="ConfigurationException">A value is of the wrong kind.</exception>
    public static InstallOptions Read(TaskRun run)
    {
        if (run.Config is not (null or YamlMap))
            throw run.Wrong("its configuration must be a mapping");
        return Read((YamlMap?)run.Config ?? [], run.Job.Overrides("install"), run.Mark);
    }

    /// <summary>Merges and reads.</summary>
    /// <param name="config">The task's configuration.</param>
    /// <param name="overrides">The job's <c>overrides.install</c>, or null.</param>
    /// <param name="mark">Where the task stands, for error texts.</param>
    /// <exception cref="ConfigurationException">A value is of the wrong kind.</exception>
    public static InstallOptions Read(YamlMap config, YamlMap? overrides, YamlMark? mark = null)
    {
        var project = config.Get("project") as string ?? "ceph";
        var merged = (YamlMap)DeepMerge.Merge(config, overrides?.Get(project) as YamlMap)!;
        var system = Debs(merged, "extra_system_packages", mark).Concat(Debs(overrides, "extra_system_packages", mark));
        var chosen = Debs(merged, "packages", mark);
        var excluded = Debs(merged, "exclude_packages", mark).ToHashSet(StringComparer.Ordinal);
        var all = (chosen.Count > 0 ? chosen : project == "ceph" ? CephDefault : [project]).Concat(Debs(merged, "extra_packages", mark));
        return new InstallOptions(
            project,
            [.. all.Where(p => !excluded.Contains(p)).Distinct(StringComparer.Ordinal)],
            [.. system.Distinct(StringComparer.Ordinal)],
            new[] { "tag", "branch", "sha1" }.Where(k => merged.Get(k) is not null).Select(k => $"{k} {merged.Get(k)}").FirstOrDefault(),
            merged.Get("cleanup") is true);
    }

    private static IReadOnlyList<string> Debs(YamlMap? config, string key, YamlMark? mark)
    {
        var packages = config?.Get(key) is YamlMap kinds ? kinds.Get("deb") : config?.Get(key);
        return packages switch
        {
            null => [],
            YamlList list => [.. list.Select(item => item as string ?? throw Wrong())],
            _ => throw Wrong(),
        };

        ConfigurationException Wrong() => new($"task 'install': '{key}' must be a list of packages, or a mapping with the key 'deb'", config!.MarkOf(key) ?? mark);
    }
}
