using Teuthology.Results;
using Teuthology.Scheduling;

namespace Teuthology.Cli.Tests;

/// <summary><c>suite -m openstack</c> and a worker: jobs of the queue on servers that really boot.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class OpenStackWorkerTests
{
    [SkippableFact]
    public async Task Worker_QueuedJobsOfTypeOpenstack_RunOnServersThatAreGoneAfterwards()
    {
        await using var site = await CloudSite.OpenAsync(machines: 1);
        site.Cli.Write("tree/suites/small/%", "");
        site.Cli.Write("tree/suites/small/tasks/hello.yaml", "roles: [[client.0]]\ntasks:\n- exec: {client.0: ['echo hello from $(uname -n)']}\n");
        site.Cli.Write("tree/suites/small/tasks/bad.yaml", "roles: [[client.0]]\nopenstack:\n- volumes: {count: 1, size: 3}\ntasks:\n- exec: {client.0: ['exit 3']}\n");
        var queued = await site.RunAsync("suite", "-s", "small", "-m", "openstack", "--suite-dir", "tree", "--seed", "1");
        Assert.True(queued.ExitCode == 0, queued.Error);
        Assert.Empty(site.Cloud.Left);

        var worker = await site.RunAsync("worker", "--tube", "openstack", "--exit-on-empty-queue");

        Assert.True(worker.ExitCode == 1, worker.Error);
        var results = await ResultsStore.OpenAsync(site.Cli.State, TimeProvider.System, default);
        var run = Assert.Single(await results.RunsAsync(new RunQuery(), default));
        Assert.Equal("openstack", run.MachineType);
        var jobs = (await results.JobsAsync(run.Name, default)).ToDictionary(job => job.Description!, StringComparer.Ordinal);
        Assert.Equal(("pass", "fail"), (jobs["small/{tasks/hello}"].Status, jobs["small/{tasks/bad}"].Status));
        Assert.Contains("hello from openstack00", await File.ReadAllTextAsync(Path.Combine(jobs["small/{tasks/hello}"].ArchivePath!, "teuthology.log")), StringComparison.Ordinal);
        Assert.Equal(2, site.Cloud.Calls.Count(call => call.StartsWith("POST /compute/", StringComparison.Ordinal) && call.EndsWith("/servers", StringComparison.Ordinal)));
        Assert.DoesNotContain(site.Cloud.Left, left => !left.StartsWith("security group ", StringComparison.Ordinal));
        await using var queue = new StoreQueue(Path.Combine(site.Cli.State, "queue.db"), null, TimeProvider.System);
        Assert.Empty(await queue.ListAsync(QueueQuery.All, default));
    }
}
