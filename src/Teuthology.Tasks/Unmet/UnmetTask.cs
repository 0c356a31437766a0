using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary>
/// Tasks of upstream that need what no machine of ours has. A job that names one is told what that is, instead of that the task is unknown.
/// </summary>
[Task("install.ceph_deploy_upgrade")]
[Task("kernel.install_latest_rh_kernel")]
public sealed class UnmetTask : ICheckedTask
{
    private static readonly Dictionary<string, string> Needs = new(StringComparer.Ordinal)
    {
        ["install.ceph_deploy_upgrade"] = "ceph-deploy, which ended with Ceph 16; use install.upgrade",
        ["kernel.install_latest_rh_kernel"] = "machines that run Red Hat's Linux and that can reboot",
    };

    /// <summary>What a task needs; null for a task that is none of these.</summary>
    /// <param name="name">Name of the task.</param>
    public static string? NeedOf(string name) => Needs.GetValueOrDefault(name.Replace('-', '_'));

    /// <inheritdoc/>
    public void Check(TaskRun run) => throw run.Wrong($"it needs {NeedOf(run.Name)}");

    /// <inheritdoc/>
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        Check(run);
        return Task.CompletedTask;
    }
}
