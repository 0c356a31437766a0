using Microsoft.Extensions.DependencyInjection;
using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

/// <summary>Everything that running jobs takes, on a loopback lab of its own: real sshds, real shells, no privilege.</summary>
public sealed class LoopbackHost : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("teuthology-tasks-").FullName;
    private readonly ServiceProvider _services;
    private int _jobs;

    public LoopbackHost()
    {
        var options = new TeuthologyOptions
        {
            Lab = new LabOptions { Kind = "loopback", StateDirectory = Path.Combine(_root, "state"), MaxNodes = 4 },
            Jobs = new JobOptions { ArchiveDirectory = Path.Combine(_root, "archive") },
            TaskAssemblies = [typeof(LoopbackHost).Assembly],
        };
        _services = new ServiceCollection().AddTeuthology(options).BuildServiceProvider();
    }

    public IJobEngine Engine => _services.GetRequiredService<IJobEngine>();

    public JobSpec Job(string yaml) => Job((YamlMap)YamlLoader.Load(yaml, "job.yaml")!);

    public JobSpec Job(YamlMap config) => new()
    {
        Config = config,
        RunName = "run",
        JobId = Interlocked.Increment(ref _jobs).ToString(),
        Owner = "tester@host",
    };

    /// <summary>Runs a job from start to end; skips the test when the host has no sshd.</summary>
    public async Task<JobResult> RunAsync(JobSpec job, CancellationToken cancellationToken = default)
    {
        await using var session = await Engine.StartAsync(job, null, cancellationToken);
        Skip.If(session.SkipReason is not null, session.SkipReason);
        try
        {
            await session.RunAsync(cancellationToken);
        }
        catch (TeuthologyException)
        {
            // Told by the result.
        }

        return await session.UnwindAsync();
    }

    public Task<JobResult> RunAsync(string yaml, CancellationToken cancellationToken = default) => RunAsync(Job(yaml), cancellationToken);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var kind in _services.GetServices<IProvisioner>().Where(p => p.Kind == "loopback"))
            await kind.DownAsync(CancellationToken.None);
        await _services.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }
}
