using System.Numerics;
using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>
/// What every job of a run has besides its fragments: the base that they are merged onto, as <c>teuthology-suite</c> makes it.
/// A value that is null leaves its key out.
/// </summary>
public sealed record JobTemplate
{
    /// <summary>Suite, <c>:</c> between its parts.</summary>
    public string? Suite { get; init; }

    /// <summary>Name of the run.</summary>
    public string? RunName { get; init; }

    /// <summary>Who started it: owner or login name.</summary>
    public string? User { get; init; }

    /// <summary>When it was started, <c>YYYY-MM-DD_HH:MM:SS</c> in local time.</summary>
    public string? Timestamp { get; init; }

    /// <summary>Owner of the locks.</summary>
    public string? Owner { get; init; }

    /// <summary>Who gets the results by mail.</summary>
    public string? Email { get; init; }

    /// <summary>Channels that get a message.</summary>
    public string? Rocketchat { get; init; }

    /// <summary>Lower is sooner.</summary>
    public long Priority { get; init; } = 1000;

    /// <summary>Seed of the suite.</summary>
    public BigInteger? Seed { get; init; }

    /// <summary>Piece of the suite, <c>i/n</c>.</summary>
    public string? Subset { get; init; }

    /// <summary>When jobs expire, <c>YYYY-MM-DD_HH:MM:SS</c>, UTC.</summary>
    public string? Expire { get; init; }

    /// <summary>Seconds to sleep before machines are given back.</summary>
    public long SleepBeforeTeardown { get; init; }

    /// <summary>Branch of Ceph.</summary>
    public string? CephBranch { get; init; }

    /// <summary>Commit of Ceph.</summary>
    public string? CephSha1 { get; init; }

    /// <summary>URL of Ceph's repository.</summary>
    public string? CephRepo { get; init; }

    /// <summary>URL of the suites' repository.</summary>
    public string? SuiteRepo { get; init; }

    /// <summary>Branch of the suites.</summary>
    public string? SuiteBranch { get; init; }

    /// <summary>Commit of the suites.</summary>
    public string? SuiteSha1 { get; init; }

    /// <summary>Directory of suites on disk, for a run whose suites are in no repository that its workers could fetch.</summary>
    public string? SuitePath { get; init; }

    /// <summary>Directory within that repository which holds <c>suites</c> and <c>tasks</c>.</summary>
    public string? SuiteRelpath { get; init; } = "qa";

    /// <summary>Branch of the framework.</summary>
    public string? TeuthologyBranch { get; init; }

    /// <summary>Commit of the framework.</summary>
    public string? TeuthologySha1 { get; init; }

    /// <summary>Kind of machines, several with commas.</summary>
    public string? MachineType { get; init; }

    /// <summary>Operating system that is asked for; jobs with another one are left out.</summary>
    public string? OsType { get; init; }

    /// <summary>Its version.</summary>
    public string? OsVersion { get; init; }

    /// <summary>Flavor of the packages.</summary>
    public string? Flavor { get; init; } = "default";

    /// <summary>Kernel; null leaves it alone.</summary>
    public KernelChoice? Kernel { get; init; } = KernelChoice.Distro;

    /// <summary>Where archives are uploaded to, for rsync.</summary>
    public string? ArchiveUpload { get; init; }

    /// <summary>Key for that.</summary>
    public string? ArchiveUploadKey { get; init; }

    /// <summary>The base that a job's fragments are merged onto.</summary>
    public YamlMap BaseConfig()
    {
        var config = Map(
            ("branch", CephBranch),
            ("expire", Expire),
            ("sha1", CephSha1),
            ("teuthology_branch", TeuthologyBranch),
            ("teuthology_sha1", TeuthologySha1),
            ("archive_upload", ArchiveUpload),
            ("archive_upload_key", ArchiveUploadKey),
            ("machine_type", MachineType),
            ("os_type", OsType),
            ("os_version", OsVersion),
            ("overrides", Overrides()),
            ("repo", CephRepo),
            ("sleep_before_teardown", SleepBeforeTeardown),
            ("suite", Suite),
            ("suite_repo", SuiteRepo),
            ("suite_relpath", SuiteRelpath),
            ("suite_branch", SuiteBranch),
            ("suite_sha1", SuiteSha1),
            ("suite_path", SuitePath),
            ("tasks", new YamlList()),
            ("kernel", KernelStanza()),
            ("name", RunName),
            ("user", User),
            ("timestamp", Timestamp),
            ("priority", Priority),
            ("seed", Seed is { } seed ? YamlScalars.Shrink(seed) : null));
        foreach (var (key, value) in new[] { ("subset", Subset), ("email", Email), ("owner", Owner), ("rocketchat", Rocketchat) })
            if (!string.IsNullOrEmpty(value))
                config[key] = value;
        return config;
    }

    private static YamlMap Map(params ReadOnlySpan<(string Key, object? Value)> entries)
    {
        var map = new YamlMap(entries.Length);
        foreach (var (key, value) in entries)
            if (value is not null)
                map[key] = value;
        return map;
    }

    private YamlMap Overrides() => Map(
        ("admin_socket", Map(("branch", CephBranch))),
        ("ceph", Map(
            ("conf", Map(
                ("mon", Map(("debug mon", 5L), ("debug ms", 1L))),
                ("mgr", Map(("debug mgr", 10L), ("debug ms", 1L))),
                ("osd", Map(("debug ms", 1L), ("debug osd", 5L))))),
            ("flavor", Flavor),
            ("log-ignorelist", new YamlList()),
            ("sha1", CephSha1))),
        ("install", Map(("ceph", Map(("sha1", CephSha1), ("flavor", Flavor))))),
        ("workunit", Map(("branch", SuiteBranch), ("sha1", SuiteSha1))));

    // Upstream keeps kdb as a number.
    private YamlMap? KernelStanza() => Kernel is null ? null : Map(
        ("branch", Kernel.Branch),
        ("kdb", Kernel.Kdb ? 1L : 0L),
        ("sha1", Kernel.Sha1),
        ("flavor", Kernel.Sha1 == "distro" ? null : "default"));
}
