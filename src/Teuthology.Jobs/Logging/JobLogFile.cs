using System.Text;
using Microsoft.Extensions.Logging;
using Teuthology.Orchestra;

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
    private long _stampOf;
    private string _stamp = "";

    public JobLogFile(string path, LogLevel least, ArchiveTrouble trouble, TimeProvider time)
    {
        _time = time;
        _least = least;
        _trouble = trouble;
        _file = new StreamWriter(
            new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete),
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            bufferSize: 128 * 1024);
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

    /// <summary>Writes what is buffered.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_closed || !_dirty)
                return;
            _trouble.Guard(_file.Flush);
            _dirty = false;
        }
    }

    private void Write(LogLevel level, string category, OutputLine? output, string? message, Exception? error)
    {
        lock (_gate)
        {
            if (_closed)
                return; // a task that was left behind may still speak
            try
            {
                WriteHead(level, category);
                if (output is null)
                {
                    _file.Write(':');
                    _file.Write(message);
                }
                else
                {
                    // Upstream has host and stream in the logger's name.
                    _file.Write('.');
                    _file.Write(output.Host);
                    _file.Write('.');
                    _file.Write(output.Stream);
                    _file.Write(':');
                    _file.Write(output.Line);
                }

                _file.Write('\n');
                if (error is not null)
                    _file.Write($"{error}\n");
                if (level >= LogLevel.Warning)
                    _file.Flush();
            }
            catch (Exception trouble)
            {
                _trouble.Guard(() => System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(trouble));
            }

            _dirty = true;
        }
    }

    private void WriteHead(LogLevel level, string category)
    {
        var now = _time.GetUtcNow();
        var millisecond = now.UtcTicks / TimeSpan.TicksPerMillisecond;
        if (millisecond != _stampOf)
            (_stampOf, _stamp) = (millisecond, now.ToString("yyyy-MM-dd'T'HH:mm:ss.fff ", System.Globalization.CultureInfo.InvariantCulture));
        _file.Write(_stamp);
        _file.Write(NameOf(level));
        _file.Write(':');
        _file.Write(category);
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
            if (!IsEnabled(logLevel))
                return;
            if (state is OutputLine output)
                file.Write(logLevel, category, output, message: null, exception);
            else
                file.Write(logLevel, category, output: null, formatter(state, exception), exception);
        }
    }
}
