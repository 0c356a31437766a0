using Microsoft.Extensions.Logging;
using Teuthology.Orchestra;

namespace Teuthology.Interactive;

/// <summary>The job's log, which shows lines of commands' output on the terminal besides.</summary>
/// <param name="log">The job's log.</param>
/// <param name="output">The terminal.</param>
/// <param name="named">Put the machine's name before each line.</param>
internal sealed class OutputEcho(ILogger log, TextWriter output, bool named) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => log.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information || log.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (state is OutputLine line)
            output.WriteLine(named ? $"{line.Host}: {line.Line}" : line.Line);
        log.Log(logLevel, eventId, state, exception, formatter);
    }
}
