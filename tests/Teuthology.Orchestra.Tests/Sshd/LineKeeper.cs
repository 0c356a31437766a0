using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra.Tests;

/// <summary>A log that keeps its lines.</summary>
public sealed class LineKeeper : ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> lines = new();

    public IEnumerable<string> Lines => lines.Select(line => line.Text);

    public IEnumerable<string> Output => lines.Where(line => line.Level == LogLevel.Information && (line.Text.Contains(".stdout:") || line.Text.Contains(".stderr:"))).Select(line => line.Text);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue((logLevel, formatter(state, exception)));
}
