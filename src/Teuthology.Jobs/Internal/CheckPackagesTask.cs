using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Teuthology.Jobs;

/// <summary>
/// <c>internal.check_packages</c>: before machines are locked, the builder must have the packages of a job that tells <c>os_type</c> and <c>sha1</c>;
/// else the job is dead. Where neither job nor site names a builder nobody is asked.
/// </summary>
internal sealed class CheckPackagesTask(JobPlan plan) : IJobTask
{
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var (job, config) = (run.Job, run.Job.Config);
        if (plan.Packages.First is not null)
        {
            JobLog.Note(run.Log, "Checking packages skipped because the task buildpackages was found.");
            return;
        }

        JobLog.Note(run.Log, "Checking packages...");
        var (system, commit) = (config.Get("os_type"), config.Get("sha1"));
        if (system is null || commit is null)
        {
            JobLog.Note(run.Log, $"Checking packages skipped, missing os_type '{system}' or ceph hash '{commit}'");
            return;
        }

        JobLog.Note(run.Log, $"Checking packages for os_type '{system}', flavor '{config.Get("flavor") ?? "default"}' and ceph hash '{commit}'");
        if (job.Services.GetService<IPackageLookup>() is not { } lookup || await lookup.FindAsync(config, job.Options.Site, cancellationToken) is not { } found)
        {
            JobLog.Note(run.Log, "Checking packages skipped: neither the job nor the site names a builder (gitbuilder_host, shaman)");
            return;
        }

        if (found.Version is null)
        {
            JobLog.Bad(run.Log, $"no packages at {found.Url}");
            throw new TeuthologyException(FailureKind.Infrastructure, $"Packages for distro '{found.Distro}' and ceph hash '{commit}' not found");
        }

        JobLog.Note(run.Log, $"Found packages for ceph version {found.Version}");
    }
}
