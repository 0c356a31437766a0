namespace Teuthology.Jobs;

/// <summary>The framework's tasks that wrap a job's own, in upstream's order. The machines are locked before the first of them.</summary>
internal static class InternalTasks
{
    /// <summary>Those that come before the machines are locked.</summary>
    public static IEnumerable<(TaskEntry Entry, IJobTask Task)> BeforeLock(JobContext job, JobPlan plan)
    {
        if (!PackageChecks.Apply(job.Config))
            yield break;
        yield return Own("internal.check_packages", new CheckPackagesTask(plan));
        yield return Own("internal.buildpackages_prep", new BuildPackagesPrepTask(plan));
        if (plan.Packages.First is { } build && job.Tasks.TryFind(build.Name, out var task))
            yield return (build, task.Create(job.Services));
    }

    public static IEnumerable<(TaskEntry Entry, IJobTask Task)> Of(JobContext job, JobPlan plan, JobArchive archive)
    {
        var config = job.Config;
        var roles = plan.Roles.Count > 0;
        var redhat = RedHatSection.Of(config, job.Options.Site);
        var fresh = roles && config.Get("use_existing_cluster") is not true;

        yield return Own("internal.save_config", new SaveConfigTask(archive));
        if (roles)
            yield return Own("internal.check_lock", new CheckLockTask());
        yield return Own("internal.add_remotes", new AddRemotesTask(plan));
        if (roles)
        {
            yield return Own("console_log", new ConsoleLogTask());
            yield return Own("internal.connect", new ConnectTask());
            yield return Own("internal.push_inventory", new PushInventoryTask());
            yield return Own("internal.serialize_remote_roles", new SerializeRemoteRolesTask(archive));
            yield return Own("internal.check_machines", new CheckMachinesTask());
            yield return Own("internal.check_conflict", new CheckConflictTask());
        }

        if (fresh)
        {
            yield return Own("internal.check_ceph_data", new CheckCephDataTask());
            yield return Own("internal.vm_setup", new VmSetupTask());
        }

        if (redhat is null && config.ContainsKey("kernel") && Named(job, "kernel", config.Get("kernel")) is { } kernel)
            yield return kernel;
        if (roles)
            yield return Own("internal.base", new BaseTask());
        yield return Own("internal.archive_upload", new ArchiveUploadTask());
        if (roles)
        {
            yield return Own("internal.archive", new ArchiveTask(archive));
            yield return Own("internal.coredump", new CoredumpTask());
            yield return Own("internal.sudo", new SudoTask());
            yield return Own("internal.syslog", new SyslogTask());
        }

        yield return Own("internal.timer", new TimerTask());
        if (roles)
        {
            foreach (var name in new[] { "pcp", "selinux" })
            {
                if (Named(job, name, null) is { } task)
                    yield return task;
            }
        }

        if (redhat is not null)
            yield return Own("internal.setup_stage_cdn", new SetupStageCdnTask(redhat));

        // The playbooks are the site's: without a repository of its own there is nothing to play.
        if (config.Get("ceph_cm_ansible") is not false && job.Options.Site.All.ContainsKey("ceph_cm_ansible_git_url") && Named(job, "ansible.cephlab", null) is { } ansible)
            yield return ansible;
        if (Named(job, config.Get("clock_sync_task") as string ?? "clock", null) is { } clock)
            yield return clock;
        if (redhat is null)
            yield break;
        yield return Own("internal.git_ignore_ssl", new GitIgnoreSslTask());
        if (redhat.CdnRepositories is { } cdn && Named(job, cdn.Task, cdn.Config) is { } repositories)
            yield return repositories;
        yield return Own("internal.setup_base_repo", new SetupBaseRepoTask(redhat));
        yield return Own("internal.setup_additional_repo", new SetupAdditionalRepoTask(redhat));
        yield return Own("internal.setup_container_registry", new SetupContainerRegistryTask(redhat));
        if (Named(job, "install", null) is { } install)
            yield return install;
    }

    private static (TaskEntry Entry, IJobTask Task) Own(string name, IJobTask task) => (new TaskEntry(name, null, null), task);

    private static (TaskEntry Entry, IJobTask Task)? Named(JobContext job, string name, object? config) =>
        job.Tasks.TryFind(name, out var task) ? (new TaskEntry(name, config, job.Config.MarkOf(name)), task.Create(job.Services)) : null;
}
