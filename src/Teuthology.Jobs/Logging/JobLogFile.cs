using System.Text;
using Microsoft.Extensions.Logging;

namespace Teuthology.Jobs;

/// <summary>
/// A job's teuthology.log: <c>2018-07-27T00:30:55.967 INFO:logger:message</c>, UTC. Lines reach the file in order; what is buffered is
/// flushed several times a second, and at once from warnings on.
/// </summary>
internal sealed class JobLogFile : ILoggerProvider
{
    private static readonly TimeSpan FlushEvery = TimeSpan.FromMilliseconds(250);
    private readonly Lock _gate = new();
    private readonly StreamWriter _file;
    private readonly TimeProvider _time;
    private readonly LogLevel _least;
    private readonly ArchiveTrouble _trouble;
    private readonly ITimer _flush;
    private bool _closed;
    private bool _dirty;

    public JobLogFile(string path, LogLevel least, ArchiveTrouble trouble, TimeProvider time)
    {
        _time = time;
        _least = least;
        _trouble = trouble;
        _file = new StreamWriter(
            new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete),
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            bufferSize: 32768);
        _flush = time.CreateTimer(static s => ((JobLogFile)s!).Flush(), this, FlushEvery, FlushEvery);
    }

    public ILogger CreateLogger(string categoryName) => new Line(this, categoryName);

    public void Dispose()
    {
        _flush.Dispose();
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            _trouble.Guard(_file.Dispose);
        }
    }

    private void Flush()
    {
        lock (_gate)
        {
            if (_closed || !_dirty)
                return;
            _trouble.Guard(_file.Flush);
            _dirty = false;
        }
    }

    // A line of remote output begins with host.stream, which upstream has in the logger's name.
    private void Write(LogLevel level, string category, char separator, string message, Exception? error)
    {
        lock (_gate)
        {
            if (_closed)
                return; // a task that was left behind may still speak
            _trouble.Guard(() =>
            {
                _file.Write($"{_time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff} {NameOf(level)}:{category}{separator}{message}\n");
                if (error is not null)
                    _file.Write($"{error}\n");
                if (level >= LogLevel.Warning)
                    _file.Flush();
            });
            _dirty = true;
        }
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARNING",
        LogLevel.Error => "ERROR",
        _ => "CRITICAL",
    };

    private sealed class Line(JobLogFile file, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= file._least && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                file.Write(logLevel, category, eventId.Name == "RemoteOutput" ? '.' : ':', formatter(state, exception), exception);
        }
    }
}
