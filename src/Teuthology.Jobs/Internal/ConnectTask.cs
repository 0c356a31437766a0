using Microsoft.Extensions.Logging;
using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary><c>internal.connect</c>: connects to all machines at once, learns what the later checks want to know, closes at the end.</summary>
internal sealed class ConnectTask(JobPlan plan) : IJobTask
{
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var job = run.Job;
        var lease = job.Shared<LockedMachines>().Lease!;
        var machines = lease.Machines;
        var options = new RemoteOptions { Guardian = new GuardianOptions { Job = $"{job.Spec.RunName}/{job.Spec.JobId}", Fence = lease.Fence } };
        var log = job.Loggers.CreateLogger("teuthology.orchestra.run");
        foreach (var (machine, roles) in machines.Zip(plan.Roles))
        {
            var remote = new Remote(EndpointOf(machine), log, options);
            run.Defer($"disconnect {remote.ShortName}", (_, _) => remote.DisposeAsync().AsTask());
            job.Cluster.Add(remote, roles);
            JobLog.Roles(run.Log, remote.Name, string.Join(", ", roles.Select(PythonRepr.Of)));
        }

        run.Defer("kill daemons", (_, ct) => job.Daemons.KillAllAsync(ct));
        var facts = job.Shared<HostFacts>();
        await Task.WhenAll(job.Cluster.Remotes.Zip(machines).Select(async pair =>
        {
            await pair.First.ConnectAsync(cancellationToken);
            facts.Add(pair.First, await HostFact.ReadAsync(pair.First, pair.Second, job.TestDirectory, cancellationToken));
        }));
    }

    private static RemoteEndpoint EndpointOf(Machine machine) => new()
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
