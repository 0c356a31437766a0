using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra;

/// <summary>What remotes tell the log; event names are those of events.jsonl.</summary>
internal static partial class RemoteLog
{
    [LoggerMessage(7010, LogLevel.Debug, "Connected to {Host} in {Milliseconds:0} ms")]
    public static partial void Connected(ILogger log, string host, double milliseconds);

    [LoggerMessage(7011, LogLevel.Debug, "Cannot connect to {Host} yet: {Reason}; next try in {Seconds:0.#} s")]
    public static partial void Retrying(ILogger log, string host, string reason, double seconds);

    [LoggerMessage(7012, LogLevel.Debug, "{Host} has {Connections} connections: commands had to wait for a session")]
    public static partial void Grown(ILogger log, string host, int connections);

    [LoggerMessage(7014, LogLevel.Debug, "{Host}: no further connection: {Reason}")]
    public static partial void NotGrown(ILogger log, string host, string reason);

    [LoggerMessage(7013, LogLevel.Warning, "Connection to {Host} is lost: {Reason}")]
    public static partial void Lost(ILogger log, string host, string reason);

    [LoggerMessage(7015, LogLevel.Warning, "{Host}: the guardian cannot work there, commands end with their connection: {Reason}")]
    public static partial void Unguarded(ILogger log, string host, string reason);

    [LoggerMessage(7016, LogLevel.Warning, "{Host}: the guardian's state was gone and is made anew")]
    public static partial void GuardianGone(ILogger log, string host);

    [LoggerMessage(7017, LogLevel.Warning, "{Host}: the guardian cannot take a command: {Reason}")]
    public static partial void NoLane(ILogger log, string host, string reason);

    [LoggerMessage(7018, LogLevel.Warning, "Connection to {Host} is lost under a command: {Reason}; trying for {Seconds:0.#} s to go on")]
    public static partial void Reattaching(ILogger log, string host, string reason, double seconds);

    [LoggerMessage(7019, LogLevel.Information, "{Host}: the command goes on after {Seconds:0.0} s")]
    public static partial void Reattached(ILogger log, string host, double seconds);

    [LoggerMessage(7020, LogLevel.Debug, "{Host}> {Label}{Command}", EventName = "CommandStarted")]
    public static partial void CommandStarted(ILogger log, string host, string label, string command);

#pragma warning disable SYSLIB1015 // the numbers are for events.jsonl; the text says enough without them
    [LoggerMessage(7021, LogLevel.Debug, "{Host}> {Label}ended with {Outcome} after {Seconds:0.000} s: {Command}", EventName = "CommandEnded")]
    public static partial void CommandEnded(ILogger log, string host, string label, string outcome, double seconds, string command, int? exitStatus, string? signal, long stdoutBytes, long stderrBytes);
#pragma warning restore SYSLIB1015

    [LoggerMessage(7022, LogLevel.Warning, "{Host}: the first {Bytes} bytes of {Stream} are only in the log: {Command}")]
    public static partial void CaptureCut(ILogger log, string host, long bytes, string stream, string command);

    [LoggerMessage(7023, LogLevel.Information, "{Host}: killing the process group of: {Command}")]
    public static partial void Killing(ILogger log, string host, string command);

    [LoggerMessage(7024, LogLevel.Error, "{Host}: could not kill the process group of {Command}: {Reason}")]
    public static partial void KillFailed(ILogger log, string host, string command, string reason);

    [LoggerMessage(7025, LogLevel.Debug, "Standard input not read to its end: {Reason}")]
    public static partial void StdinCut(ILogger log, string reason);

    [LoggerMessage(7026, LogLevel.Information, "Running command with timeout {Seconds:0.###}")]
    public static partial void WithTimeout(ILogger log, double seconds);

    [LoggerMessage(7027, LogLevel.Information, "waiting for {Seconds:0.###}")]
    public static partial void WaitingFor(ILogger log, double seconds);

    [LoggerMessage(7028, LogLevel.Information, "{Text}")]
    public static partial void Note(ILogger log, string text);

    [LoggerMessage(7029, LogLevel.Warning, "{Text}")]
    public static partial void Warn(ILogger log, string text);

    [LoggerMessage(7032, LogLevel.Debug, "{Text}")]
    public static partial void Detail(ILogger log, string text);

    [LoggerMessage(7033, LogLevel.Error, "{Text}")]
    public static partial void Bad(ILogger log, string text);

    [LoggerMessage(7034, LogLevel.Error, "Saw exception from nested tasks")]
    public static partial void NestedFailed(ILogger log, Exception error);

    [LoggerMessage(7035, LogLevel.Error, "{Text}")]
    public static partial void Failed(ILogger log, string text, Exception error);

    [LoggerMessage(7030, LogLevel.Information, "Ignoring tar entry: {Entry} type '{Type}'")]
    public static partial void TarEntryIgnored(ILogger log, string entry, string type);

    [LoggerMessage(7031, LogLevel.Warning, "{Host}: files below {Directory} changed while they were copied: {Reason}")]
    public static partial void TarDiffers(ILogger log, string host, string directory, string reason);

    [LoggerMessage(7040, LogLevel.Information, "{Daemon} on {Host} {Event}")]
    public static partial void Daemon(ILogger log, string daemon, string host, string @event);

    [LoggerMessage(7041, LogLevel.Warning, "{Daemon} on {Host} ended by itself: {Reason}")]
    public static partial void DaemonDied(ILogger log, string daemon, string host, string reason);
}
