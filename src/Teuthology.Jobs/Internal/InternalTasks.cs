namespace Teuthology.Jobs;

/// <summary>The framework's tasks that wrap a job's own, in upstream's order.</summary>
internal static class InternalTasks
{
    public static IEnumerable<(string Name, IJobTask Task)> Of(JobContext job, JobPlan plan, JobArchive archive)
    {
        yield return ("internal.save_config", new SaveConfigTask(archive));
        if (plan.Roles.Count == 0)
            yield break;

        yield return ("internal.connect", new ConnectTask(plan));
        yield return ("internal.serialize_remote_roles", new SerializeRemoteRolesTask(archive));
        yield return ("internal.check_conflict", new CheckConflictTask());
        if (job.Config.Get("use_existing_cluster") is not true)
            yield return ("internal.check_ceph_data", new CheckCephDataTask());
        yield return ("internal.base", new BaseTask());
        yield return ("internal.archive", new ArchiveTask(archive));
        yield return ("internal.coredump", new CoredumpTask());
        yield return ("internal.sudo", new SudoTask());
        yield return ("internal.syslog", new SyslogTask());
        yield return ("internal.timer", new TimerTask());
    }
}
