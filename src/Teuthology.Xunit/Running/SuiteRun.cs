using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Teuthology.Results;
using Teuthology.Suites;
using Teuthology.TestLogger;
using Teuthology.Yaml;

namespace Teuthology.Xunit;

/// <summary>One run of an assembly's jobs: its settings, services, name, and how many jobs go at once.</summary>
internal sealed class SuiteRun : IAsyncDisposable
{
    private static readonly TimeSpan s_cancelPeriod = TimeSpan.FromSeconds(1);
    private readonly Lazy<ServiceProvider> _services;
    private readonly Lazy<JobComposer> _composer;
    private readonly Lazy<SuiteSettings> _settings;
    private readonly Lazy<string> _name;
    private readonly ITimer _cancelWatch;
    private readonly StopSignals _signals = new();
    private int _started;

    /// <summary>A run of <paramref name="jobs"/>; nothing is built until a job starts.</summary>
    /// <param name="assembly">The test assembly.</param>
    /// <param name="jobs">The jobs to be run.</param>
    /// <param name="isCancelled">Whether the runner cancelled.</param>
    public SuiteRun(Assembly assembly, IReadOnlyList<SuiteJob> jobs, Func<bool> isCancelled)
    {
        Count = jobs.Count;
        Progress = jobs.Count == 0 ? ProgressChannel.None : ProgressChannel.Open(Environment.GetEnvironmentVariable(ProgressLink.Variable));
        Tally = new RunTally(Progress, Time, Count);
        _settings = new(() => SuiteSettings.Read(assembly, Environment.GetEnvironmentVariable));
        _services = new(() => SuiteComposition.Build(assembly, Settings, jobs, Stopping));
        _composer = new(() => new JobComposer(Settings.SuitesDirectory, seed: Settings.Seed) { Lab = Settings.Overlay, Overlays = [.. Settings.Overrides.Select(JobOverlay.Load)] });
        _name = new(() => NameOf(jobs));
        Slots = new JobSlots(this);
        _cancelWatch = Time.CreateTimer(_ => StopIf(isCancelled()), null, s_cancelPeriod, s_cancelPeriod);
    }

    /// <summary>How many jobs the run has.</summary>
    public int Count { get; }

    /// <summary>What it goes by.</summary>
    public SuiteSettings Settings => _settings.Value;

    /// <summary>Name of the run, in the archive and in results.</summary>
    public string Name => _name.Value;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; } = TimeProvider.System;

    /// <summary>The user's console.</summary>
    public ProgressChannel Progress { get; }

    /// <summary>How the run stands.</summary>
    public RunTally Tally { get; }

    /// <summary>The run's services, built on first use.</summary>
    public IServiceProvider Services => _services.Value;

    /// <summary>How many jobs go at once.</summary>
    public JobSlots Slots { get; }

    /// <summary>Cancelled when the run is to stop.</summary>
    public CancellationToken Stopping => _signals.Stopping;

    /// <summary>Starts no more jobs and unwinds those that run.</summary>
    public void Stop() => _signals.Stop();

    /// <summary>The job's configuration, or null when the suite's scripts drop it; the user's files are merged over it.</summary>
    /// <param name="job">The job.</param>
    public YamlMap? Merge(SuiteJob job) => _composer.Value.Compose(job)?.Config;

    /// <summary>The flow of the next job.</summary>
    /// <param name="testCase">Its case.</param>
    public JobFlow NextFlow(JobTestCase testCase) => new(this, testCase, Interlocked.Increment(ref _started));

    /// <summary>Drops the services and the console; after this a process that was told to end ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _cancelWatch.DisposeAsync();
        try
        {
            if (_services.IsValueCreated)
                await _services.Value.DisposeAsync();
        }
        finally
        {
            await Progress.DisposeAsync();
            Slots.Dispose();
            _signals.Dispose();
        }
    }

    // Upstream's form; a second later when the archive has a run of that name.
    private string NameOf(IReadOnlyList<SuiteJob> jobs)
    {
        var suites = jobs.Select(j => j.Suite.Replace('-', '_')).Distinct(StringComparer.Ordinal).Take(2).ToList();
        var name = new RunName
        {
            User = Environment.UserName,
            Scheduled = Time.GetUtcNow().UtcDateTime,
            Suite = suites.Count == 1 ? suites[0] : "several",
            Branch = "local",
            MachineType = "lab",
        };
        while (Settings.ArchiveDirectory is { } archive && Directory.Exists(Path.Combine(archive, name.ToString())))
            name = name with { Scheduled = name.Scheduled.AddSeconds(1) };
        return name.ToString();
    }

    private void StopIf(bool cancelled)
    {
        if (cancelled)
            Stop();
    }
}
