using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>What a job says about a cluster: the <c>ceph</c> task's configuration with <c>overrides.ceph</c> over it. Keys that
/// nobody knows are passed over, as upstream: suites have carried misspelt ones for years and mean what they do without them.</summary>
public sealed record CephOptions
{
    /// <summary>Name of the cluster.</summary>
    public required string Cluster { get; init; }

    /// <summary>Sections and options for ceph.conf.</summary>
    public required YamlMap Conf { get; init; }

    /// <summary>Extended regular expressions; lines of the cluster log that match one are no failures.</summary>
    public required IReadOnlyList<string> LogIgnorelist { get; init; }

    /// <summary>Wait for HEALTH_OK before the next task.</summary>
    public bool WaitForHealthy { get; init; }

    /// <summary>Scrub every placement group deeply before the daemons stop.</summary>
    public bool WaitForScrub { get; init; }

    /// <summary>Make the pool <c>rbd</c>.</summary>
    public bool CreateRbdPool { get; init; }

    /// <summary>Leave managers registered but not running.</summary>
    public bool SkipMgrDaemons { get; init; }

    /// <summary>Monitors listen with version 2 of the messenger.</summary>
    public bool MonBindMsgr2 { get; init; }

    /// <summary>Monitor addresses are vectors.</summary>
    public bool MonBindAddrvec { get; init; }

    /// <summary>Profile for <c>ceph osd crush tunables</c>.</summary>
    public required string CrushTunables { get; init; }

    /// <summary>Put OSDs under <c>host=localhost</c> by hand, as old suites ask.</summary>
    public bool AddOsdsToCrush { get; init; }

    /// <summary>Commands to run on the first monitor's machine before managers start; words are split at blanks.</summary>
    public required IReadOnlyList<string> PreMgrCommands { get; init; }

    /// <summary>Settings of file systems.</summary>
    public required YamlMap CephFs { get; init; }

    /// <summary>The daemons were built with gcov: their counts are collected.</summary>
    public bool Coverage { get; init; }

    /// <summary>Roles whose daemons run under gperftools' profiler; it comes only of daemons that are linked with it.</summary>
    public required IReadOnlyList<string> CpuProfile { get; init; }

    /// <summary>Daemons that run under valgrind.</summary>
    public required ValgrindOptions Valgrind { get; init; }

    /// <summary>Keys about file systems of OSDs on disks of their own, as far as the job uses them: here each has a directory. To be told, not to fail for.</summary>
    public required IReadOnlyList<string> Unserved { get; init; }

    /// <summary>Reads a <c>ceph</c> task's configuration.</summary>
    /// <param name="run">The task.</param>
    /// <exception cref="ConfigurationException">A value is of the wrong kind.</exception>
    public static CephOptions Read(TaskRun run)
    {
        if (run.Config is not (null or YamlMap))
            throw run.Wrong("its configuration must be a mapping");
        var config = (YamlMap)DeepMerge.Merge(run.Config ?? new YamlMap(), run.Job.Overrides("ceph"))!;
        return Read(config, (message, key) => new ConfigurationException($"task '{run.Name}': {message}", config.MarkOf(key) ?? run.Mark));
    }

    /// <summary>Reads a merged configuration.</summary>
    /// <param name="config">The mapping.</param>
    /// <param name="wrong">Makes the error for a message and the key it is about.</param>
    /// <exception cref="ConfigurationException">A value is of the wrong kind.</exception>
    public static CephOptions Read(YamlMap config, Func<string, string, ConfigurationException> wrong)
    {
        return new CephOptions
        {
            Cluster = config.Get("cluster") is { } name ? name as string ?? throw wrong("'cluster' must be a text", "cluster") : "ceph",
            Conf = Map("conf"),
            LogIgnorelist = [.. List("log-ignorelist"), .. List("log-whitelist")],
            WaitForHealthy = Flag("wait-for-healthy", true),
            WaitForScrub = Flag("wait-for-scrub", true),
            CreateRbdPool = Flag("create_rbd_pool", true),
            SkipMgrDaemons = Flag("skip_mgr_daemons", false),
            MonBindMsgr2 = Flag("mon_bind_msgr2", true),
            MonBindAddrvec = Flag("mon_bind_addrvec", true),
            CrushTunables = config.Get("crush_tunables") as string ?? "default",
            AddOsdsToCrush = Flag("add_osds_to_crush", false),
            PreMgrCommands = List("pre-mgr-commands"),
            CephFs = Map("cephfs"),
            Coverage = Flag("coverage", false),
            CpuProfile = List("cpu_profile"),
            Valgrind = ValgrindOptions.Read(Map("valgrind"), wrong) with { ErrorsExpected = Flag("expect_valgrind_errors", false) },
            Unserved = [.. new[] { "mkfs_options", "mount_options" }.Where(k => config.Get(k) is not null).Concat(config.Get("fs") is null or "dir" ? [] : ["fs"])],
        };

        YamlMap Map(string key) => config.Get(key) switch
        {
            null => [],
            YamlMap map => map,
            _ => throw wrong($"'{key}' must be a mapping", key),
        };

        IReadOnlyList<string> List(string key) => config.Get(key) switch
        {
            null => [],
            YamlList list => [.. list.Select(i => i as string ?? throw wrong($"'{key}' must be a list of texts", key))],
            _ => throw wrong($"'{key}' must be a list", key),
        };

        bool Flag(string key, bool fallback) => config.Get(key) switch
        {
            null => fallback,
            bool flag => flag,
            _ => throw wrong($"'{key}' must be true or false", key),
        };
    }
}
