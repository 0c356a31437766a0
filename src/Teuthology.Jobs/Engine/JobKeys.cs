using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>Finds top-level keys of a job that are slips of the pen. Other unknown keys are sections that tasks may name, or nobody's business, as upstream.</summary>
internal static class JobKeys
{
    // Without these a job does nothing of what it says.
    private static readonly string[] Vital = ["roles", "tasks", "targets"];

    private static readonly string[] Known =
    [
        .. Vital, "overrides", "kernel", "sshkeys", "machine_type", "os_type", "os_version", "arch", "exclude_arch", "exclude_os_type", "interactive-on-error",
        "archive-on-error", "unlock_on_failure", "nuke-on-error", "email-on-error", "email", "results_timeout", "log-compress-min-size", "log-rotate",
        "sleep_before_teardown", "rocketchat", "use_existing_cluster", "verify_ceph_hash", "check-locks", "ceph_cm_ansible", "clock_sync_task", "redhat",
        "package_source", "gitbuilder_host", "baseurl_template", "shaman", "pulp", "branch", "sha1", "tag", "ref", "flavor", "project", "codename", "wait_for_package",
        "repo", "suite_repo", "suite_branch", "suite_sha1", "suite_relpath", "suite_path", "suite", "teuthology_branch", "teuthology_sha1", "openstack", "downburst",
        "archive_path", "archive_upload", "archive_upload_key", "name", "job_id", "description", "owner", "user", "timestamp", "priority", "tube", "verbose", "seed",
        "subset", "no_nested_subset", "expire", "first_in_suite", "last_in_suite", "meta", "teuthology", "test_path", "needs", "lab", "machine_checks", "retry_infrastructure", "python_tasks",
    ];

    /// <summary>The slips that leave the job without machines or work.</summary>
    public static IEnumerable<ConfigurationException> Errors(YamlMap job) => Slips(job).Where(slip => Vital.Contains(slip.Near)).Select(slip => Describe(job, slip));

    /// <summary>The other slips, each a sentence with its place.</summary>
    public static IEnumerable<string> Warnings(YamlMap job) => Slips(job).Where(slip => !Vital.Contains(slip.Near)).Select(slip => Describe(job, slip).Message);

    private static ConfigurationException Describe(YamlMap job, (string Key, string Near) slip) => new($"unknown key '{slip.Key}'; did you mean '{slip.Near}'?", job.MarkOf(slip.Key));

    private static IEnumerable<(string Key, string Near)> Slips(YamlMap job) =>
        from key in job.Keys.OfType<string>()
        where !Known.Contains(key) && key is not "machine-type" && !IsNamed(job, key)
        let near = NearMiss.Of(key, Known)
        where near is not null && !job.ContainsKey(near)
        select (key, near);

    // A section that tasks name stands as a text somewhere.
    private static bool IsNamed(object? value, string key) => value switch
    {
        YamlMap map => map.Values.Any(inner => IsNamed(inner, key)),
        YamlList list => list.Any(inner => IsNamed(inner, key)),
        string text => text == key,
        _ => false,
    };
}
