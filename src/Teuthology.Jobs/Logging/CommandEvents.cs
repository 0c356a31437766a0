using Microsoft.Extensions.Logging;

namespace Teuthology.Jobs;

/// <summary>Takes the end of each remote command out of the log records into events.jsonl.</summary>
internal sealed class CommandEvents(EventFile events) : ILoggerProvider
{
    private const string Ended = "CommandEnded";

    public ILogger CreateLogger(string categoryName) => new Tap(events);

    public void Dispose()
    {
        // The archive closes its own file.
    }

    private sealed class Tap(EventFile events) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name != Ended || state is not IReadOnlyList<KeyValuePair<string, object?>> facts)
                return;
            events.Write(
                "command",
                ("host", Of(facts, "Host")),
                ("command", Of(facts, "Command")),
                ("label", Of(facts, "Label")?.ToString()?.Replace("> ", "") is { Length: > 0 } label ? label : null),
                ("duration", Of(facts, "Seconds")),
                ("status", Of(facts, "Outcome")));
        }

        private static object? Of(IReadOnlyList<KeyValuePair<string, object?>> facts, string key) => facts.FirstOrDefault(f => f.Key == key).Value;
    }
}
