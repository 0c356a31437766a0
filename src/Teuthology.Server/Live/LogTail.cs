using System.Buffers;
using System.Text;

namespace Teuthology.Server;

/// <summary>
/// The end of a log that grows, for all who watch it: the file is looked at by one, and what came is read and put into an event once. Each watcher has a
/// place of its own; one that is slow reads on from the file later, and costs nothing meanwhile. A log that is shorter than it was is another one, of the job's
/// next try: it is read from its start.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="writes">Whether its job still writes to it.</param>
/// <param name="time">Clock.</param>
internal sealed class LogTail(string path, Func<CancellationToken, Task<bool>> writes, TimeProvider time)
{
    public const int ChunkBytes = 64 * 1024;
    private const int KeptBytes = 1024 * 1024;
    private const int LooksPerQuestion = 8;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private readonly Dictionary<long, LogChunk> _recent = [];
    private readonly Queue<long> _order = new();
    private int _kept;
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly Lock _lock = new();
    private TaskCompletionSource _grown = NewSignal();
    private LogLength _seen = new(LengthOf(path), Final: false, Beginnings: 0);

    /// <summary>How many watch.</summary>
    public int Watchers { get; set; }

    /// <summary>Where a watcher goes on who comes with a place: at the start, when it is behind the end and so of another log.</summary>
    public LogPosition Place(LogPosition asked) => asked.Offset <= LengthOf(path) ? asked : default;

    /// <summary>The lines behind a place; null when there is no whole one yet.</summary>
    public async ValueTask<LogChunk?> ReadAsync(LogPosition from, CancellationToken cancellationToken)
    {
        if (Known(from) is { } known)
            return known;
        await _reading.WaitAsync(cancellationToken);
        try
        {
            return Known(from) ?? await LoadAsync(from, cancellationToken);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Ends when the log is not as the caller has seen it, or after a while.</summary>
    /// <param name="seen">What the caller has seen.</param>
    /// <param name="longest">How long to wait.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>How it is now.</returns>
    public async Task<LogLength> WaitAsync(LogLength seen, TimeSpan longest, CancellationToken cancellationToken)
    {
        Task grown;
        lock (_lock)
        {
            if (_seen != seen)
                return _seen;
            grown = _grown.Task;
        }

        try
        {
            await grown.WaitAsync(longest, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return seen;
        }

        lock (_lock)
            return _seen;
    }

    /// <summary>Looks at the file until it is stopped, or the job is over.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        for (var look = 0; !_seen.Final; look++)
        {
            // What a job has written that is over is there before that is known: the length comes after the question.
            var final = look % LooksPerQuestion == 0 && !await WritesAsync(cancellationToken);
            Set(LengthOf(path), final);
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    // A store that does not answer says nothing about the job.
    private async Task<bool> WritesAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await writes(cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return true;
        }
    }

    private void Set(long bytes, bool final)
    {
        TaskCompletionSource grown;
        lock (_lock)
        {
            var anew = bytes < _seen.Bytes;
            var now = new LogLength(bytes, final, _seen.Beginnings + (anew ? 1 : 0));
            if (now == _seen)
                return;
            if (anew)
                Forget();
            _seen = now;
            (grown, _grown) = (_grown, NewSignal());
        }

        grown.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    private LogChunk? Known(LogPosition from)
    {
        lock (_lock)
            return _recent.GetValueOrDefault(from.Offset);
    }

    private async Task<LogChunk?> LoadAsync(LogPosition from, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
            file.Seek(from.Offset, SeekOrigin.Begin);
            var read = await file.ReadAtLeastAsync(buffer.AsMemory(0, ChunkBytes), ChunkBytes, throwOnEndOfStream: false, cancellationToken);
            var end = EndOfLines(buffer.AsSpan(0, read));
            return end == 0 ? null : Keep(from, LogChunk.Of(buffer.AsSpan(0, end), new LogPosition(from.Offset + end)));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // the job has not begun to write, or its archive was pruned
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // A line longer than a chunk is told in pieces, each of whole characters.
    private static int EndOfLines(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.LastIndexOf((byte)'\n') + 1;
        if (end > 0 || bytes.Length < ChunkBytes)
            return end;
        for (end = bytes.Length; end > bytes.Length - 4 && (bytes[end - 1] & 0xC0) == 0x80;)
            end--;
        return (bytes[end - 1] & 0x80) == 0 || Rune.DecodeFromUtf8(bytes[(end - 1)..], out _, out _) == OperationStatus.Done ? bytes.Length : end - 1;
    }

    // For the others; a watcher who is alone needs none of it again.
    private LogChunk Keep(LogPosition from, LogChunk chunk)
    {
        lock (_lock)
        {
            if (Watchers < 2 || from.Offset >= _seen.Bytes || !_recent.TryAdd(from.Offset, chunk))
                return chunk;
            _order.Enqueue(from.Offset);
            for (_kept += chunk.Bytes.Length; _kept > KeptBytes && _order.Count > 1;)
                _kept -= _recent.Remove(_order.Dequeue(), out var oldest) ? oldest.Bytes.Length : 0;
        }

        return chunk;
    }

    private void Forget()
    {
        _recent.Clear();
        _order.Clear();
        _kept = 0;
    }
}
