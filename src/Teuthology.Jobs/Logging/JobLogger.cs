using Microsoft.Extensions.Logging;
using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary>A logger of a job. Output goes straight to the log file as long as nobody else wants records of it.</summary>
/// <param name="records">Writes records to all who listen.</param>
/// <param name="file">Writes to the log file alone.</param>
/// <param name="alone">Whether only the file wants output.</param>
internal sealed class JobLogger(ILogger records, IOutputLog file, Func<bool> alone) : ILogger, IOutputLog
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => records.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => records.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        records.Log(logLevel, eventId, state, exception, formatter);

    public bool TryWrite(string host, string stream, ReadOnlySpan<byte> line) => alone() && file.TryWrite(host, stream, line);
}
