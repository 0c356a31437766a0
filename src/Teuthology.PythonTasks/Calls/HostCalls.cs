using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.PythonTasks;

/// <summary>What Python tasks ask of us: commands, files, daemons and tasks of the job.</summary>
internal sealed class HostCalls : IAsyncDisposable
{
    private readonly JobContext _job;
    private readonly CancellationTokenSource _end = new();
    private readonly CommandCalls _commands;
    private readonly DaemonCalls _daemons;
    private readonly TaskCalls _tasks;

    /// <param name="job">The job.</param>
    /// <param name="clusters">Clusters of our tasks, or null.</param>
    /// <param name="errors">Tells errors.</param>
    /// <param name="tell">Sends Python what wants no answer.</param>
    public HostCalls(JobContext job, IHostedClusters? clusters, WireErrors errors, Action<JsonObject> tell)
    {
        _job = job;
        _commands = new CommandCalls(job, errors, tell);
        _daemons = new DaemonCalls(job, clusters);
        _tasks = new TaskCalls(job);
    }

    /// <summary>Answers a call.</summary>
    public Task<JsonNode?> ServeAsync(string call, JsonObject with) => call switch
    {
        "run" => _commands.RunAsync(RemoteOf(with), with, _end.Token),
        "stdin" => _commands.FeedAsync(with, _end.Token),
        "daemon" => _daemons.ServeAsync(with, () => RemoteOf(with), _end.Token),
        "daemons" => Task.FromResult<JsonNode?>(_daemons.All(with)),
        "enter" => _tasks.EnterAsync(with, _end.Token),
        "leave" => _tasks.LeaveAsync(with),
        "knows" => Task.FromResult<JsonNode?>(_tasks.Knows(with)),
        "facts" or "reconnect" or "console" or "package" or "scratch_devices" => MachineCalls.ServeAsync(call, RemoteOf(with), with, _job, _end.Token),
        _ => FileCalls.ServeAsync(call, RemoteOf(with), with, _end.Token),
    };

    /// <summary>Takes what wants no answer: a line of the log, a command to be killed.</summary>
    public void Told(JsonObject message)
    {
        if ((string?)message["event"] is "kill")
            _commands.Kill(message.Whole("process"));
        else
            HostLog.Record(_job.Loggers.CreateLogger(message.Text("name")), LevelOf(message.Whole("level")), message.Text("text"));
    }

    /// <summary>Ends the commands that still run.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _commands.DisposeAsync();
        _end.Dispose();
    }

    private Remote RemoteOf(JsonObject with)
    {
        var name = with.Text("host");
        return _job.Cluster.Remotes.FirstOrDefault(remote => remote.Name == name) ?? throw new TeuthologyException(FailureKind.Test, $"the job has no machine {name}");
    }

    // Numbers of Python's logging.
    private static LogLevel LevelOf(long level) => level switch
    {
        < 20 => LogLevel.Debug,
        < 30 => LogLevel.Information,
        < 40 => LogLevel.Warning,
        < 50 => LogLevel.Error,
        _ => LogLevel.Critical,
    };
}
