using Microsoft.Extensions.Logging;
using Teuthology.Lab;

namespace Teuthology.Jobs;

/// <summary><c>internal.sudo</c>: where the lab promises root, sudo must work without a password.</summary>
internal sealed class SudoTask : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var facts = run.Job.Shared<HostFacts>();
        var broken = facts.Where(run.Job.Cluster, f => f.Features.HasFlag(LabFeatures.Root) && !f.Sudo);
        if (broken.Count > 0)
        {
            throw new TeuthologyException(
                FailureKind.Infrastructure,
                $"sudo asks for a password, or is missing, on {string.Join(", ", broken.Select(r => r.ShortName))}; the login user needs NOPASSWD: ALL");
        }

        if (facts.Where(run.Job.Cluster, f => !f.Sudo).Count > 0)
            JobLog.Note(run.Log, "the machines of this lab have no sudo");
        return Task.CompletedTask;
    }
}
