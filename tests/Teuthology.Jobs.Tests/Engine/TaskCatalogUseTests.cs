using Microsoft.Extensions.DependencyInjection;
using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Jobs.Tests;

/// <summary>What a job can name depends on its suite, and finding that out may read a checkout: it is done once.</summary>
public sealed class TaskCatalogUseTests : IDisposable
{
    private readonly string _archive = Directory.CreateTempSubdirectory("teuthology-jobs-").FullName;

    public void Dispose() => Directory.Delete(_archive, recursive: true);

    [Fact]
    public async Task Job_FromItsCheckToItsEnd_AsksForItsTasksOnce()
    {
        var catalog = new AskedCatalog(new TaskCatalog([typeof(JobHost).Assembly]));
        await using var services = new ServiceCollection()
            .AddSingleton<ILab>(new PaperLab())
            .AddSingleton(new Trace())
            .AddSingleton<IJobPrompt>(new NoPrompt())
            .AddSingleton<ITaskCatalog>(catalog)
            .AddSingleton<IJobReadiness>(catalog)
            .AddSingleton<IKernelNeeds>(catalog)
            .AddTeuthologyJobs(new JobOptions { ArchiveDirectory = _archive })
            .BuildServiceProvider();
        var job = new JobSpec { Config = (YamlMap)YamlLoader.Load("tasks:\n- test.step: {name: a}\n", "job.yaml")!, RunName = "run", JobId = "1", SkipUnready = true };
        await using var session = await services.GetRequiredService<IJobEngine>().StartAsync(job, null, CancellationToken.None);
        await session.RunAsync(CancellationToken.None);
        Assert.Equal(JobStatus.Pass, (await session.UnwindAsync()).Status);
        Assert.Equal(1, catalog.Asked);
        Assert.Equal([catalog.Job, catalog.Job], catalog.Handed);
    }
}
