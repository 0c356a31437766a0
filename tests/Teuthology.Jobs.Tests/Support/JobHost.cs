using Microsoft.Extensions.DependencyInjection;
using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Jobs.Tests;

/// <summary>A job engine with the test tasks and an archive that goes with it.</summary>
public sealed class JobHost : IDisposable
{
    private readonly ServiceProvider _services;
    private int _jobs;

    public JobHost(ILab? lab = null, Func<JobOptions, JobOptions>? change = null, IJobPrompt? prompt = null, IPackageLookup? packages = null)
    {
        Archive = Directory.CreateTempSubdirectory("teuthology-jobs-").FullName;
        var options = new JobOptions { ArchiveDirectory = Archive };
        var services = new ServiceCollection();
        if (packages is not null)
            services.AddSingleton(packages);
        _services = services
            .AddSingleton(lab ?? new PaperLab())
            .AddSingleton(Trace)
            .AddSingleton(prompt ?? new NoPrompt())
            .AddTeuthologyJobs(change?.Invoke(options) ?? options)
            .AddTasksFrom(typeof(JobHost).Assembly)
            .BuildServiceProvider();
    }

    public string Archive { get; }

    public Trace Trace { get; } = new();

    public Observed Observed { get; } = new();

    public IJobEngine Engine => _services.GetRequiredService<IJobEngine>();

    public JobSpec Job(string yaml) => new()
    {
        Config = (YamlMap)YamlLoader.Load(yaml, "job.yaml")!,
        Description = "test/{job}",
        RunName = "run",
        JobId = Interlocked.Increment(ref _jobs).ToString(),
        Owner = "tester@host",
    };

    public Task<IJobSession> StartAsync(string yaml, CancellationToken cancellationToken = default) =>
        Engine.StartAsync(Job(yaml), Observed, cancellationToken);

    /// <summary>Runs a job from start to end, as callers do.</summary>
    public async Task<JobResult> RunAsync(string yaml)
    {
        await using var session = await StartAsync(yaml);
        try
        {
            await session.RunAsync(Trace.Cancel.Token);
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            Assert.Same(e, (await session.UnwindAsync()).Error ?? e);
        }

        return await session.UnwindAsync();
    }

    public static YamlMap Summary(JobResult result) => (YamlMap)YamlLoader.LoadFile(Path.Combine(result.ArchivePath!, "summary.yaml"))!;

    public void Dispose()
    {
        _services.Dispose();
        Directory.Delete(Archive, recursive: true);
    }
}
