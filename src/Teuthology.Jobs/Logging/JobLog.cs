using Microsoft.Extensions.Logging;

namespace Teuthology.Jobs;

/// <summary>The engine's own log lines; texts that upstream's users look for are upstream's.</summary>
internal static partial class JobLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "teuthology version: {Version}; job {Description}; archive {Archive}")]
    public static partial void Opened(ILogger log, string version, string description, string archive);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Config:\n{Config}")]
    public static partial void Config(ILogger log, string config);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No tasks specified. Continuing anyway...")]
    public static partial void NoTasks(ILogger log);

    [LoggerMessage(Level = LogLevel.Information, Message = "Running task {Task}...")]
    public static partial void RunningTask(ILogger log, string task);

    [LoggerMessage(Level = LogLevel.Error, Message = "Saw exception from tasks. ({Task})")]
    public static partial void TaskFailed(ILogger log, string task, Exception error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Unwinding manager {Task}")]
    public static partial void Unwinding(ILogger log, string task);

    [LoggerMessage(Level = LogLevel.Error, Message = "Manager failed: {Task} ({What})")]
    public static partial void UnwindFailed(ILogger log, string task, string what, Exception error);

    [LoggerMessage(Level = LogLevel.Information, Message = "Sleeping for {Seconds} seconds before unwinding because --sleep-before-teardown was given...")]
    public static partial void SleepBeforeTeardown(ILogger log, double seconds);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Exception was not quenched, exiting: {Type}: {Reason}")]
    public static partial void NotQuenched(ILogger log, string type, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Duration was {Seconds:F6} seconds")]
    public static partial void Duration(ILogger log, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Summary data:\n{Summary}{Status}")]
    public static partial void Summary(ILogger log, string summary, string status);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Text}")]
    public static partial void Note(ILogger log, string text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Text}")]
    public static partial void Warn(ILogger log, string text);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Text}")]
    public static partial void Bad(ILogger log, string text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The prompt ended with an error")]
    public static partial void PromptFailed(ILogger log, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The mail to {To} was not sent: {Reason}")]
    public static partial void NotMailed(ILogger log, string to, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "roles: {Remote} - [{Roles}]")]
    public static partial void Roles(ILogger log, string remote, string roles);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The console of {Host} is not logged: {Reason}")]
    public static partial void NoConsoleLog(ILogger log, string host, string reason);
}
