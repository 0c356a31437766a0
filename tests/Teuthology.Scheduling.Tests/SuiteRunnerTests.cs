using System.Collections.Concurrent;
using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Scheduling.Tests;

public sealed class SuiteRunnerTests
{
    [Fact]
    public async Task Run_MoreJobsThanMachines_NeverUsesMoreAndRunsAll()
    {
        var engine = new RecordedEngine(4, async (_, token) => await Task.Delay(TimeSpan.FromMilliseconds(5), token));

        var outcome = await RunAsync(engine, Enumerable.Range(1, 40).Select(id => Job(id, machines: 1 + (id % 3))));

        Assert.True(outcome.Succeeded);
        Assert.Equal(Enumerable.Range(1, 40).Select(id => $"{id}"), outcome.Jobs.Select(job => job.Job.JobId));
        Assert.InRange(engine.MostUsed, 3, 4);
    }

    [Fact]
    public async Task Run_JobLargerThanTheLab_IsLeftToTheEngine()
    {
        var engine = new RecordedEngine(2, (_, _) => Task.CompletedTask);

        Assert.True((await RunAsync(engine, [Job(1, machines: 5), Job(2, machines: 1)])).Succeeded);
    }

    [Fact]
    public async Task Run_BigJobAmongSmallOnes_IsNotOvertakenForEver()
    {
        var engine = new RecordedEngine(3, async (_, token) => await Task.Delay(TimeSpan.FromMilliseconds(2), token));

        await RunAsync(engine, Enumerable.Range(1, 30).Select(id => Job(id, machines: id == 5 ? 3 : 1)));

        Assert.InRange(engine.Begun.IndexOf("5"), 0, 5);
    }

    [Fact]
    public async Task Run_JobThatCannotBeRead_FailsAloneAndIsTold()
    {
        var engine = new RecordedEngine(1, (_, _) => Task.CompletedTask);
        var observer = new Ends();

        var outcome = await RunAsync(engine, [new PlannedJob("1", "broken", () => throw new ConfigurationException("no such file")), Job(2, 1)], observer);

        Assert.Equal([JobStatus.Fail, JobStatus.Pass], outcome.Jobs.Select(job => job.Result.Status));
        Assert.Equal("no such file", outcome.Jobs[0].Result.FailureReason);
        Assert.False(outcome.Succeeded);
        Assert.Equal(["1", "2"], observer.Ids.Order());
    }

    [Fact]
    public async Task Run_JobThatFails_DoesNotStopTheOthers()
    {
        var engine = new RecordedEngine(1, (job, _) => job.JobId == "1" ? throw new TeuthologyException(FailureKind.Test, "it broke") : Task.CompletedTask);

        var outcome = await RunAsync(engine, [Job(1, 1), Job(2, 1)]);

        Assert.Equal((1, 1), (outcome.Count(JobStatus.Fail), outcome.Count(JobStatus.Pass)));
        Assert.Equal("it broke", outcome.Jobs[0].Result.FailureReason);
    }

    [Fact]
    public async Task Run_Cancelled_UnwindsWhatRunsAndBeginsNoMore()
    {
        using var cancel = new CancellationTokenSource();
        var firstRuns = new TaskCompletionSource();
        var engine = new RecordedEngine(2, async (job, token) =>
        {
            if (job.JobId == "1")
                firstRuns.SetResult();
            await firstRuns.Task;
            if (job.JobId == "2")
                await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
        });

        var outcome = await RunAsync(engine, Enumerable.Range(1, 1000).Select(id => Job(id, 1)), cancellationToken: cancel.Token);

        Assert.True(outcome.Cancelled);
        Assert.False(outcome.Succeeded);
        Assert.Equal(["1", "2"], outcome.Jobs.Select(job => job.Job.JobId));
        Assert.All(outcome.Jobs, job => Assert.Equal(JobStatus.Dead, job.Result.Status));
    }

    [Fact]
    public async Task Run_NoJobs_IsNoSuccess() =>
        Assert.False((await RunAsync(new RecordedEngine(1, (_, _) => Task.CompletedTask), [])).Succeeded);

    private static PlannedJob Job(int id, int machines) => new(
        $"{id}",
        $"suite/{id}",
        () => new YamlMap { ["roles"] = new YamlList(Enumerable.Range(0, machines).Select(i => new YamlList([$"a.{i}"]))) });

    private static Task<RunOutcome> RunAsync(
        RecordedEngine engine, IEnumerable<PlannedJob> jobs, IJobObserver? observer = null, CancellationToken cancellationToken = default) =>
        new SuiteRunner(engine, engine, TimeProvider.System).RunAsync(
            new RunRequest { RunName = "run", Jobs = jobs }, observer is null ? [] : [observer], cancellationToken).WaitAsync(TimeSpan.FromMinutes(1), default(CancellationToken));

    private sealed class Ends : IJobObserver
    {
        public ConcurrentBag<string> Ids { get; } = [];

        public void Waiting(JobSpec job, string what)
        {
        }

        public void TaskChanged(JobSpec job, string task, bool unwinding)
        {
        }

        public void Ended(JobSpec job, JobResult result) => Ids.Add(job.JobId);
    }
}
