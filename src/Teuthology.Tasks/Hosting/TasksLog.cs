using Microsoft.Extensions.Logging;

namespace Teuthology.Tasks;

/// <summary>Log lines of the built-in tasks.</summary>
internal static partial class TasksLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Text}")]
    public static partial void Text(ILogger log, string text);

    [LoggerMessage(Level = LogLevel.Information, Message = "Sleeping for {Seconds:0.###} seconds")]
    public static partial void Sleeping(ILogger log, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Running commands on role {Role} host {Host}")]
    public static partial void RunningCommands(ILogger log, string role, string host);

    [LoggerMessage(Level = LogLevel.Information, Message = "Running commands on host {Host}")]
    public static partial void RunningOnHost(ILogger log, string host);

    [LoggerMessage(Level = LogLevel.Information, Message = "Running background command on role {Role} host {Host}")]
    public static partial void RunningInBackground(ILogger log, string role, string host);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping background command on {Host}")]
    public static partial void StoppingInBackground(ILogger log, string host);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the background command on {Host} had ended by itself: {How}")]
    public static partial void EndedInBackground(ILogger log, string host, string how);

    [LoggerMessage(Level = LogLevel.Information, Message = "Executing custom commands...")]
    public static partial void CustomCommands(ILogger log);

    [LoggerMessage(Level = LogLevel.Information, Message = "In {Group}, running task {Task}...")]
    public static partial void RunningIn(ILogger log, string group, string task);

    [LoggerMessage(Level = LogLevel.Information, Message = "Loop {Number} of {Count}")]
    public static partial void Loop(ILogger log, long number, long count);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Host}: at barrier {Number}")]
    public static partial void AtBarrier(ILogger log, string host, int number);
}
