using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Results;

/// <summary>
/// Writes jobs into a store while they run. Callers never wait for the disk; disposal waits until all is written. A store that fails
/// is a warning in the log: it never fails a job.
/// </summary>
public sealed partial class RunRecorder : IJobObserver, IAsyncDisposable
{
    // In it a job waits for its machines.
    private const string LockTask = "internal.lock_machines";

    private readonly Channel<Report> _told = Channel.CreateUnbounded<Report>(new UnboundedChannelOptions { SingleReader = true });

    private readonly ConcurrentDictionary<(string Run, string Job), string> _states = new();
    private readonly Func<Task<IResultsDirectory>> _open;
    private readonly ILogger _log;
    private readonly Task _writer;

    /// <summary>A recorder that writes to <paramref name="store"/>.</summary>
    /// <param name="store">The store.</param>
    /// <param name="log">Told when the store fails.</param>
    public RunRecorder(ResultsStore store, ILogger log)
        : this(() => Task.FromResult<IResultsDirectory>(new StoreResults(store)), log)
    {
    }

    /// <summary>A recorder that opens its store beside the first job, which does not wait for it.</summary>
    /// <param name="open">Opens the store; called once, when there is something to write.</param>
    /// <param name="log">Told when the store fails.</param>
    public RunRecorder(Func<Task<ResultsStore>> open, ILogger log)
        : this(async () => (IResultsDirectory)new StoreResults(await open()), log)
    {
    }

    /// <summary>A recorder that writes to a server or a store.</summary>
    /// <param name="open">Opens it; called once, when there is something to write.</param>
    /// <param name="log">Told when it fails.</param>
    public RunRecorder(Func<Task<IResultsDirectory>> open, ILogger log)
    {
        _open = open;
        _log = log;
        _writer = Task.Run(WriteAsync);
    }

    /// <summary>Whether a queue has the last word on a job whose process is gone: then the store does not end it as dead.</summary>
    public bool IsQueued { get; init; }

    /// <summary>From when on nothing is written any more: the jobs are somebody else's.</summary>
    public CancellationToken Silence { get; init; }

    /// <summary>What is written in place of a job's end, as it is not its last; null for the end itself.</summary>
    public Func<JobResult, JsonObject?>? Instead { get; init; }

    /// <inheritdoc/>
    public void Opened(JobSpec job, string archivePath)
    {
        Reached(job, JobState.Waiting);
        Tell(job, () => new JsonObject { ["archive_path"] = archivePath });
    }

    /// <inheritdoc/>
    public void Waiting(JobSpec job, string what) => Reached(job, JobState.Waiting);

    /// <inheritdoc/>
    public void Locked(JobSpec job, YamlMap targets)
    {
        var document = YamlJson.Convert(targets);
        Tell(job, () => new JsonObject { ["targets"] = document });
    }

    /// <inheritdoc/>
    public void TaskChanged(JobSpec job, string task, bool unwinding) => Reached(job, task == LockTask && !unwinding ? JobState.Waiting : JobState.Running);

    /// <inheritdoc/>
    public void Ended(JobSpec job, JobResult result)
    {
        Reached(job, JobState.Waiting);
        if (Instead?.Invoke(result) is { } other)
            Tell(job, () => other);
        else
            Tell(job, () => LastReport(result));
    }

    /// <summary>Waits until everything is written.</summary>
    public async ValueTask DisposeAsync()
    {
        _told.Writer.TryComplete();
        await _writer;
    }

    private void Reached(JobSpec job, string state)
    {
        var key = (job.RunName, job.JobId);
        if (_states.TryAdd(key, state))
            Tell(job, () => FirstReport(job, state));
        else if (state == JobState.Running && _states.TryUpdate(key, JobState.Running, JobState.Waiting))
            Tell(job, () => new JsonObject { ["status"] = state });
    }

    // Put together by the writer: the job shall not wait for that either.
    private void Tell(JobSpec job, Func<JsonObject> told) => _told.Writer.TryWrite(new Report(job.RunName, job.JobId, told));

    private JsonObject FirstReport(JobSpec job, string state)
    {
        var told = YamlJson.Convert(job.Config);
        if (RunName.TryParse(job.RunName, out var name))
        {
            told.TryAdd("suite", name.Suite);
            told.TryAdd("branch", name.Branch);
            told.TryAdd("machine_type", name.MachineType);
            told.TryAdd("user", name.User);
            told.TryAdd("flavor", name.Flavor);
        }

        told["name"] = job.RunName;
        told["description"] = job.Description;
        told["owner"] = job.Owner;
        told["status"] = state;
        told["pid"] = ControllerProcess.Current.ProcessId;
        told["process"] = IsQueued ? null : ControllerProcess.Current.ToString();
        return told;
    }

    private static JsonObject LastReport(JobResult result)
    {
        var told = result.ArchivePath is null ? [] : ArchiveReport.Read(result.ArchivePath);
        told["status"] = result.Status.ToString().ToLowerInvariant();
        told["success"] = result.Status switch
        {
            JobStatus.Pass => true,
            JobStatus.Skip => null,
            _ => false,
        };
        told["failure_reason"] = result.FailureReason;
        told["duration"] = result.Duration.TotalSeconds;
        told["archive_path"] = result.ArchivePath;
        if (result is { Status: JobStatus.Fail or JobStatus.Dead, ArchivePath: { } archive } && LogSignature.Read(archive) is { } sign)
            told["failure_signature"] = sign;
        return told;
    }

    private async Task WriteAsync()
    {
        Task<IResultsDirectory>? results = null;
        await foreach (var (run, job, told) in _told.Reader.ReadAllAsync())
        {
            if (Silence.IsCancellationRequested)
                continue;
            try
            {
                await (await (results ??= _open())).SaveJobAsync(run, job, told(), CancellationToken.None);
            }
            catch (Exception failure)
            {
                LogNotRecorded(_log, run, job, failure.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Run}/{Job} is not recorded in the results: {Reason}")]
    private static partial void LogNotRecorded(ILogger log, string run, string job, string reason);

    private sealed record Report(string Run, string Job, Func<JsonObject> Told);
}
