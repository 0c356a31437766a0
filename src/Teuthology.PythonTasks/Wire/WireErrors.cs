using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Teuthology.Orchestra;

namespace Teuthology.PythonTasks;

/// <summary>
/// Errors across the pipe. Python gets ours as the classes that tasks know; one that comes back is the very error that went out, with all that
/// is known of it.
/// </summary>
internal sealed class WireErrors
{
    private readonly ConcurrentDictionary<long, Exception> _told = new();
    private long _last;

    /// <summary>An error of ours, for Python.</summary>
    public JsonObject Tell(Exception error)
    {
        var number = Interlocked.Increment(ref _last);
        _told[number] = error;
        var told = new JsonObject { ["failure"] = number, ["message"] = error.Message, ["kind"] = KindOf(error) };
        if (((error as CommandException)?.Failure ?? (error as ConnectionLostException)?.Failure) is { } failure)
        {
            told["command"] = failure.Command;
            told["node"] = failure.Host.Split('.')[0];
            told["label"] = failure.Label;
        }

        if (error is CommandFailedException failed)
            told["status"] = failed.ExitStatus;
        return told;
    }

    /// <summary>An error of Python's, to be thrown here.</summary>
    /// <param name="error">What Python tells of it.</param>
    /// <param name="task">The task that raised it.</param>
    public Exception Make(JsonObject error, string task)
    {
        if ((long?)error["failure"] is { } number && _told.TryGetValue(number, out var known))
            return known;
        var (type, message, trace) = ((string)error["type"]!, (string)error["message"]!, (string)error["trace"]!);
        if ((bool)error["interrupted"]!)
            return new OperationCanceledException(message);
        if ((bool)error["config"]!)
            return new ConfigurationException(message);
        var place = (string?)error["place"] is { } at ? $" at {at}" : "";
        var text = message.Length > 0 ? $"{message}\n{type}{place}" : $"{type}{place}";
        if ((string?)error["missing"] is { } module && !module.StartsWith("teuthology", StringComparison.Ordinal))
            text = $"task '{task}' needs the Python module '{module}' on this host; install it (apt-get install python3-{module.Split('.')[0].Replace('_', '-')}), or name a Python that has it by TEUTHOLOGY_PYTHON\n{type}{place}";
        return new PythonTaskException(text, trace, [.. error["fingerprint"]!.AsArray().Select(part => (string)part!)]);
    }

    private static string KindOf(Exception error) => error switch
    {
        CommandFailedException => "failed",
        CommandCrashedException => "crashed",
        CommandTimeoutException => "timeout",
        ConnectionLostException => "lost",
        PollExhaustedException => "tries",
        FileNotFoundException => "missing",
        ConfigurationException => "config",
        OperationCanceledException => "interrupted",
        _ => "error",
    };
}
