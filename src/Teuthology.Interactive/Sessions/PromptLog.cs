using Microsoft.Extensions.Logging;

namespace Teuthology.Interactive;

/// <summary>What the job's log tells of the prompt.</summary>
internal static partial class PromptLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "interactive mode: waiting for the person at the terminal")]
    public static partial void Opened(ILogger log);

    [LoggerMessage(Level = LogLevel.Information, Message = "typed: {Text}")]
    public static partial void Typed(ILogger log, string text);

    [LoggerMessage(Level = LogLevel.Information, Message = "answered: {Text}")]
    public static partial void Failed(ILogger log, string text);

    [LoggerMessage(Level = LogLevel.Information, Message = "interactive mode ended; the job goes on")]
    public static partial void Closed(ILogger log);
}
