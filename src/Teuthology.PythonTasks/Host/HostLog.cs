using Microsoft.Extensions.Logging;

namespace Teuthology.PythonTasks;

/// <summary>Log lines of the host.</summary>
internal static partial class HostLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Python {Version}, process {Id}, runs tasks of {Folder}")]
    public static partial void Started(ILogger log, string version, int id, string folder);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Not started before its first task: {Why}")]
    public static partial void NotYet(ILogger log, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Line}")]
    public static partial void Said(ILogger log, string line);

    [LoggerMessage(Message = "{Text}")]
    public static partial void Record(ILogger log, LogLevel level, string text);
}
