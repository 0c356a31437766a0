using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Teuthology.Lab;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>What the tasks of one job share; upstream's <c>ctx</c>.</summary>
public sealed class JobContext
{
    private readonly ConcurrentDictionary<Type, object> _shared = new();
    private readonly List<RemoteLog> _remoteLogs = [];

    /// <summary>The job as it was handed over.</summary>
    public required JobSpec Spec { get; init; }

    /// <summary>The job's configuration, live: a copy that tasks may change.</summary>
    public required YamlMap Config { get; init; }

    /// <summary>The host's services.</summary>
    public required IServiceProvider Services { get; init; }

    /// <summary>Loggers of this job; all go to its teuthology.log.</summary>
    public required ILoggerFactory Loggers { get; init; }

    /// <summary>Writes what is buffered of the log to teuthology.log, for those who read the archive while the job runs.</summary>
    internal Action FlushLog { get; init; } = () => { };

    /// <summary>Directory on every machine that the job may fill; it must be empty again when the job ends.</summary>
    public string TestDirectory { get; set; } = "/home/ubuntu/cephtest";

    /// <summary>The job's archive directory on the controller; null when it keeps none.</summary>
    public string? ArchivePath { get; init; }

    /// <summary>Owner of the machines.</summary>
    public string Owner { get; init; } = "";

    /// <summary>Clock of the job.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How long things may take.</summary>
    public JobOptions Options { get; init; } = new();

    /// <summary>The machines with their roles.</summary>
    public Cluster Cluster { get; } = new();

    /// <summary>What summary.yaml will say; tasks may add keys.</summary>
    public YamlMap Summary { get; } = new() { ["success"] = true };

    /// <summary>Everything that went wrong so far; the first one is the job's reason.</summary>
    public JobFailures Failures => field ??= new JobFailures(this);

    /// <summary>Long-running processes on the machines, by role; upstream's <c>ctx.daemons</c>.</summary>
    public RemoteDaemons Daemons { get; } = new();

    /// <summary>Directory on every machine whose content becomes <c>remote/&lt;host&gt;/</c> of the job's archive.</summary>
    public string RemoteArchive => TestDirectory + "/archive";

    /// <summary>Remote logs asked for so far.</summary>
    public IReadOnlyList<RemoteLog> RemoteLogs
    {
        get
        {
            lock (_remoteLogs)
                return [.. _remoteLogs];
        }
    }

    /// <summary>Told of each remote log as it is asked for.</summary>
    internal Action<RemoteLog>? RemoteLogAdded { get; set; }

    internal FailurePrompt Prompt => field ??= new FailurePrompt(this);

    internal JobInterruption Interruption { get; init; } = new();

    internal JobJournal Journal { get; init; } = JobJournal.None;

    /// <summary>State that tasks share, made on first use, e.g. the running Ceph cluster; it is disposed of when the job is unwound.</summary>
    /// <typeparam name="T">Its class.</typeparam>
    public T Shared<T>()
        where T : class, new() => (T)_shared.GetOrAdd(typeof(T), static _ => new T());

    /// <summary>Disposes of what tasks shared, when all of them are unwound.</summary>
    internal async Task EndSharedAsync()
    {
        foreach (var state in _shared.Values.OfType<IAsyncDisposable>())
        {
            try
            {
                await state.DisposeAsync();
            }
            catch (Exception e)
            {
                Failures.Add(null, unwinding: true, e);
            }
        }
    }

    /// <summary>The section <c>overrides.&lt;task&gt;</c> of the job, or null.</summary>
    /// <param name="task">Name of the task.</param>
    /// <exception cref="ConfigurationException">The section is not a mapping.</exception>
    public YamlMap? Overrides(string task)
    {
        if (Config.Get("overrides") is not { } overrides)
            return null;
        if (overrides is not YamlMap all)
            throw new ConfigurationException("'overrides' must be a mapping", Config.MarkOf("overrides"));
        return all.Get(task) switch
        {
            null => null,
            YamlMap map => map,
            _ => throw new ConfigurationException($"'overrides.{task}' must be a mapping", all.MarkOf(task)),
        };
    }

    /// <summary>
    /// Has a file or directory of every machine pulled into <c>remote/&lt;host&gt;/&lt;name&gt;</c> of the archive when the job ends, also after a failure.
    /// Paths that do not exist are passed over.
    /// </summary>
    /// <param name="name">Name in the archive.</param>
    /// <param name="remotePath">Absolute path on the machines; read as root where the machines have one.</param>
    public void AddRemoteLog(string name, string remotePath)
    {
        lock (_remoteLogs)
            _remoteLogs.Add(new RemoteLog(name, remotePath));
        RemoteLogAdded?.Invoke(new RemoteLog(name, remotePath));
    }

    /// <summary>Fails the job from beside its tasks, e.g. by a watchdog: the reason is noted, the running task is cancelled, and the job unwinds.</summary>
    /// <param name="task">The task that found it.</param>
    /// <param name="reason">What was found.</param>
    public void Abandon(string task, string reason)
    {
        Failures.Add(task, reason);
        Interruption.Interrupt(reason, FailureKind.Product);
    }

    /// <summary>What the job asks a lab for: its machine type and its system, in its owner's name. The size is the caller's to add, and what the machines must be able to do.</summary>
    /// <param name="count">How many machines.</param>
    public MachineRequest MachinesOfMine(int count) => new()
    {
        Count = count,
        Owner = Owner,
        Description = ArchivePath!,
        MachineType = LockedMachines.TypeOf(Spec, Options),
        OsType = Config.Get("os_type") as string,
        OsVersion = LockedMachines.VersionOf(Config),
        Arch = Config.Get("arch") as string,
        Wait = Spec.WaitForMachines,
        Run = Spec.RunName,
        Job = Spec.JobId,
    };

    /// <summary>A machine that was leased for the job; nothing is connected yet, and its commands go to the job's log.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="fence">Fence of its lease.</param>
    public Remote RemoteOf(Machine machine, long fence)
    {
        var told = Options.Remote.Guardian is { } guardian ? guardian with { Job = $"{Spec.RunName}/{Spec.JobId}", Fence = fence } : null;
        return new Remote(AddRemotesTask.EndpointOf(machine), Loggers.CreateLogger("teuthology.orchestra.run"), Options.Remote with { Guardian = told });
    }

    /// <summary>True when sudo works without a password on a machine of the job; also of one that nobody looked at, as in a job without roles.</summary>
    /// <param name="remote">The machine.</param>
    public bool HasSudo(Remote remote) => Shared<HostFacts>().Find(remote)?.Sudo ?? true;

    /// <summary>The tasks that the job can name.</summary>
    internal ITaskCatalog Tasks
    {
        get => field ??= Services.GetRequiredService<ITaskCatalog>().Of(Spec.Config, Spec.SuitesDirectory);
        init;
    }
}
