using Microsoft.Extensions.Logging;

namespace Teuthology.Bench;

/// <summary>A log that formats every line, as a real one must, and counts.</summary>
public sealed class CountingLog : ILogger
{
    private long lines;

    public long Lines => lines;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (formatter(state, exception).Length > 0)
            Interlocked.Increment(ref lines);
    }
}
