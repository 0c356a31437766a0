using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;
using System.Text.Unicode;
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
    private readonly LogBuffer _file;
    private readonly TimeProvider _time;
    private readonly LogLevel _least;
    private readonly ArchiveTrouble _trouble;
    private readonly ITimer _flush;
    private bool _closed;
    private bool _dirty;
    private long _stampOf;
    private byte[] _stamp = [];

    public JobLogFile(string path, LogLevel least, ArchiveTrouble trouble, TimeProvider time)
    {
        _time = time;
        _least = least;
        _trouble = trouble;
        _file = new LogBuffer(path);
        _flush = time.CreateTimer(static s => ((JobLogFile)s!).Flush(), this, FlushEvery, FlushEvery);
    }

    public ILogger CreateLogger(string categoryName) => new Line(this, categoryName);

    /// <summary>Takes output under a logger's name.</summary>
    public IOutputLog Output(string categoryName) => new Line(this, categoryName);

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

    /// <param name="level">How grave it is.</param>
    /// <param name="head">What comes between time and text.</param>
    /// <param name="text">The text, UTF-8.</param>
    /// <param name="error">What went wrong, or null.</param>
    private void Write(LogLevel level, byte[] head, ReadOnlySpan<byte> text, Exception? error)
    {
        lock (_gate)
        {
            if (_closed)
                return; // a task that was left behind may still speak
            _dirty = true;
            try
            {
                _file.Write(Stamp());
                _file.Write(head);
                _file.Write(text);
                _file.Write("\n"u8);
                if (error is not null)
                    _file.Write($"{error}\n");
                if (level >= LogLevel.Warning)
                    _file.Flush();
            }
            catch (Exception trouble)
            {
                _trouble.Guard(() => ExceptionDispatchInfo.Throw(trouble));
            }
        }
    }

    private byte[] Stamp()
    {
        var now = _time.GetUtcNow();
        var millisecond = now.UtcTicks / TimeSpan.TicksPerMillisecond;
        if (millisecond != _stampOf)
            (_stampOf, _stamp) = (millisecond, Encoding.ASCII.GetBytes(now.ToString("yyyy-MM-dd'T'HH:mm:ss.fff ", CultureInfo.InvariantCulture)));
        return _stamp;
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARNING",
        LogLevel.Error => "ERROR",
        _ => "CRITICAL",
    };

    private sealed class Line(JobLogFile file, string category) : ILogger, IOutputLog
    {
        private readonly byte[][] _heads = new byte[(int)LogLevel.None][];
        private OutputHead _last = new("", "", []);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= file._least && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            if (state is OutputLine output)
                file.Write(logLevel, HeadOf(logLevel, output.Host, output.Stream), Encoding.UTF8.GetBytes(output.Line), exception);
            else
                file.Write(logLevel, _heads[(int)logLevel] ??= Encoding.UTF8.GetBytes($"{NameOf(logLevel)}:{category}:"), Encoding.UTF8.GetBytes(formatter(state, exception)), exception);
        }

        public bool TryWrite(string host, string stream, ReadOnlySpan<byte> line)
        {
            if (!IsEnabled(LogLevel.Information))
                return true;
            if (!Utf8.IsValid(line))
                return false;
            var last = _last;
            if (last.Host != host || last.Stream != stream)
                _last = last = new OutputHead(host, stream, HeadOf(LogLevel.Information, host, stream));
            file.Write(LogLevel.Information, last.Head, line, error: null);
            return true;
        }

        // Upstream has host and stream in the logger's name.
        private byte[] HeadOf(LogLevel level, string host, string stream) => Encoding.UTF8.GetBytes($"{NameOf(level)}:{category}.{host}.{stream}:");

        private sealed record OutputHead(string Host, string Stream, byte[] Head);
    }
}
