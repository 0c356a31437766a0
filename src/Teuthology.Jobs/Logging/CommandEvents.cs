using Microsoft.Extensions.Logging;

namespace Teuthology.Jobs;

/// <summary>Takes the end of each remote command out of the log records into the job's journal.</summary>
internal sealed class CommandEvents(Action<CommandFacts> ended) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Tap(ended);

    public void Dispose()
    {
        // The archive closes its own file.
    }

    private sealed class Tap(Action<CommandFacts> ended) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (CommandFacts.TryRead(eventId.Name, state, out var facts))
                ended(facts);
        }
    }
}
