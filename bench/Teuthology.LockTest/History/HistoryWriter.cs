using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Teuthology.LockTest;

/// <summary>Writes a process's part of the history; each event is in the kernel before the next thing is done, so a kill takes none away.</summary>
internal sealed class HistoryWriter(string file, string process) : IDisposable
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.Strict,
    };

    private readonly FileStream _file = new(file, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    private readonly Lock _writing = new();
    private long _id;

    /// <summary>Notes that an operation begins.</summary>
    /// <returns>Its number.</returns>
    public long Invoke(string op, HistoryValue? value)
    {
        var id = Interlocked.Increment(ref _id);
        Write(HistoryEvent.Invoke, op, id, value);
        return id;
    }

    /// <summary>Notes how it ended.</summary>
    public void End(string type, string op, long id, HistoryValue? value) => Write(type, op, id, value);

    /// <summary>Notes something that is no operation.</summary>
    public void Note(string op, HistoryValue? value) => Write(HistoryEvent.Info, op, Interlocked.Increment(ref _id), value);

    public void Dispose() => _file.Dispose();

    private void Write(string type, string op, long id, HistoryValue? value)
    {
        lock (_writing)
        {
            var (mono, wall) = Clocks();
            var line = JsonSerializer.SerializeToUtf8Bytes(new HistoryEvent(process, type, op, id, mono, wall, value), Json);
            _file.Write([.. line, (byte)'\n']);
        }
    }

    // The two are of one moment: one that was interrupted between them says nothing of how they stand to each other.
    private static (long Mono, double Wall) Clocks()
    {
        for (var tries = 0; ; tries++)
        {
            var before = Stopwatch.GetTimestamp();
            var wall = TimeProvider.System.GetUtcNow();
            if (Stopwatch.GetElapsedTime(before) < TimeSpan.FromMicroseconds(50) || tries == 20)
                return (before, (wall - DateTimeOffset.UnixEpoch).TotalMilliseconds);
        }
    }
}
