using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.PythonTasks;

/// <summary>Commands of Python tasks. Python numbers them, so that output cannot come before the number.</summary>
/// <param name="job">The job.</param>
/// <param name="errors">Tells errors.</param>
/// <param name="tell">Sends Python their output and their end.</param>
internal sealed class CommandCalls(JobContext job, WireErrors errors, Action<JsonObject> tell) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<long, RemoteProcess> _running = new();

    public async Task<JsonNode?> RunAsync(Remote remote, JsonObject with, CancellationToken cancellationToken)
    {
        var number = with.Whole("process");
        var command = with.Command() with
        {
            Cwd = with.MaybeText("cwd"),
            Label = with.MaybeText("label"),
            CheckStatus = with.Flag("check"),
            CheckConnection = with.Flag("check"),
            Quiet = with.Flag("quiet"),
            InactivityTimeout = with.Seconds("timeout"),
            StdinPipe = with.Flag("pipe"),
            Stdin = with.Bytes("stdin") is { } input ? input : (ReadOnlyMemory<byte>?)null,
            StdoutTo = with.Flag("stdout") ? new OutputEvents(number, "stdout", tell) : null,
            StderrTo = with.Flag("stderr") ? new OutputEvents(number, "stderr", tell) : null,
            Log = with.MaybeText("logger") is { } logger ? job.Loggers.CreateLogger(logger) : null,
        };
        var process = await remote.StartAsync(command, cancellationToken);
        _running[number] = process;
        _ = FollowAsync(number, process);
        return null;
    }

    /// <summary>Writes to a command's standard input, or closes it where there are no data.</summary>
    public async Task<JsonNode?> FeedAsync(JsonObject with, CancellationToken cancellationToken)
    {
        if (!_running.TryGetValue(with.Whole("process"), out var process))
            return null; // it has ended, and how is told elsewhere
        if (with.Bytes("data") is { } data)
            await process.Stdin.WriteAsync(data, cancellationToken);
        else
            await process.Stdin.DisposeAsync();
        return null;
    }

    /// <summary>Kills a command that nobody waits for any more.</summary>
    public void Kill(long number)
    {
        if (_running.TryGetValue(number, out var process))
            _ = Task.Run(process.DisposeAsync);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _running.Values)
            await process.DisposeAsync();
    }

    private async Task FollowAsync(long number, RemoteProcess process)
    {
        var end = new JsonObject { ["event"] = "ended", ["process"] = number };
        try
        {
            var result = await process.WaitAsync(CancellationToken.None);
            end["status"] = result.ConnectionLost || result.Signal is not null ? null : result.ExitStatus;
        }
        catch (Exception e)
        {
            end["error"] = errors.Tell(e); // Python sees it when it waits
        }

        _running.TryRemove(number, out _);
        await process.DisposeAsync();
        tell(end);
    }
}
