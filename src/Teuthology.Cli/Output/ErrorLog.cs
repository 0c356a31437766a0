using Microsoft.Extensions.Logging;

namespace Teuthology.Cli;

/// <summary>Log lines on standard error: warnings, or all of them with -v.</summary>
internal sealed class ErrorLog(Terminal terminal, bool verbose) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Logger(terminal, verbose ? LogLevel.Debug : LogLevel.Warning, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(Terminal terminal, LogLevel least, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least
            && (logLevel >= LogLevel.Warning || !category.StartsWith("Microsoft.", StringComparison.Ordinal));

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var cause = exception is null ? "" : least == LogLevel.Debug ? $"\n{exception}" : $": {exception.Message}";
            terminal.Error.WriteLine($"{logLevel.ToString().ToLowerInvariant()}: {formatter(state, exception)}{cause}");
        }
    }
}
