using Microsoft.Extensions.DependencyInjection;
using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

/// <summary>Everything that running jobs takes, on a lab of its own.</summary>
public abstract class LabHost : IAsyncLifetime
{
    private readonly ServiceProvider _services;
    private readonly string _kind;
    private int _jobs;

    protected LabHost(string kind, int machines, RemoteOptions? remote = null, SiteConfig? site = null, string? root = null)
    {
        Root = root ?? Directory.CreateTempSubdirectory("teuthology-tasks-").FullName;
        _kind = kind;
        var options = new TeuthologyOptions
        {
            Lab = new LabOptions { Kind = kind, StateDirectory = State, MaxNodes = machines },
            Jobs = new JobOptions
            {
                ArchiveDirectory = Path.Combine(Root, "archive"),
                Site = (site ?? SiteConfig.Empty) with { SshConfigPath = Path.Combine(Root, "ssh_config") },
                Remote = remote ?? new RemoteOptions(),
            },
            TaskAssemblies = [typeof(LabHost).Assembly],
        };
        _services = new ServiceCollection().AddTeuthology(options).BuildServiceProvider();
    }

    /// <summary>Directory of all that belongs to this host; the site's ssh configuration is <c>ssh_config</c> in it.</summary>
    public string Root { get; }

    /// <summary>State of its lab.</summary>
    public string State => Path.Combine(Root, "state");

    public IJobEngine Engine => _services.GetRequiredService<IJobEngine>();

    public IProvisioner Provisioner => _services.GetServices<IProvisioner>().Single(p => p.Kind == _kind);

    public LeaseStore Leases => _services.GetRequiredService<LeaseStore>();

    /// <summary>A service of this host.</summary>
    public T Service<T>()
        where T : notnull => _services.GetRequiredService<T>();

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
        catch (Exception)
        {
            // Told by the result.
        }

        return await session.UnwindAsync();
    }

    public Task<JobResult> RunAsync(string yaml, CancellationToken cancellationToken = default) => RunAsync(Job(yaml), cancellationToken);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await Provisioner.DownAsync(CancellationToken.None);
        await _services.DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }
}
