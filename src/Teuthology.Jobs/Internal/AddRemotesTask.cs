using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary>
/// <c>internal.add_remotes</c>: gives each machine its roles; a machine of a job without roles has its own name as the only one. Targets and
/// physical hosts have the console that the site's keys name, virtual machines that of libvirt.
/// </summary>
internal sealed class AddRemotesTask(JobPlan plan) : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var job = run.Job;
        var lease = job.Shared<LockedMachines>().Lease;
        var machines = lease?.Machines ?? [];
        for (var i = 0; i < machines.Count; i++)
        {
            var consoles = job.Spec.OwnTargets || machines[i].IsPhysical ? IpmiOptions.Of(job.Options.Site) : new IpmiOptions();
            var remote = job.RemoteOf(machines[i], lease?.Fence ?? 0);
            remote.Console = ConsoleChoice.Of(machines[i].Name, machines[i].LibvirtUri, consoles, job.Time, job.Loggers.CreateLogger("teuthology.orchestra.console"));
            run.Defer($"disconnect {remote.ShortName}", (_, _) => remote.DisposeAsync().AsTask());
            var roles = plan.Roles.Count > 0 ? plan.Roles[i] : [remote.Name];
            job.Cluster.Add(remote, roles);
            JobLog.Roles(run.Log, remote.Name, string.Join(", ", roles.Select(PythonRepr.Of)));
        }

        return Task.CompletedTask;
    }

    internal static RemoteEndpoint EndpointOf(Machine machine) => new()
    {
        HostName = machine.Name,
        User = machine.User,
        Address = machine.Address,
        Port = machine.SshPort,
        HostKey = machine.HostKey,
        IdentityFile = machine.IdentityFile,
        Dial = machine.Dial,
    };
}
