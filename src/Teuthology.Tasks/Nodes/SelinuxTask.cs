using Teuthology.Jobs;

namespace Teuthology.Tasks;

/// <summary>
/// <c>selinux</c>: passes over machines that have no SELinux: those with Debian packages, SUSE, containers, as upstream.
/// A machine that has it is an error: it is not built for those.
/// </summary>
[Task("selinux")]
public sealed class SelinuxTask : JobTask<SelinuxOptions>
{
    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, SelinuxOptions options, CancellationToken cancellationToken)
    {
        foreach (var remote in run.Job.Cluster.Remotes)
        {
            var facts = await remote.Facts.GetAsync(cancellationToken);
            if (facts.Os.PackageType == "rpm" && facts.Os.Name is not ("opensuse" or "sle") && !facts.IsContainer)
                throw run.Wrong($"{remote.ShortName} runs {facts.Os.Name}, where denials would have to be looked for; this needs machines without SELinux (Debian, Ubuntu, SUSE, containers)");
            TasksLog.Text(run.Log, $"{remote.ShortName} runs {facts.Os.Name} {facts.Os.Version}: no SELinux to look after");
        }
    }
}
