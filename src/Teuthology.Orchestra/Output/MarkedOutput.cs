using System.Globalization;
using System.Text;

namespace Teuthology.Orchestra;

/// <summary>
/// Standard error with the marks of <see cref="CommandLine"/> taken out: each names the process whose group is the command's. What the
/// login shell's start-up files print before a mark passes through.
/// </summary>
internal sealed class MarkedOutput(Stream next, string mark, int marks) : WriteOnlyStream
{
    private const int LongestWait = 64 * 1024;
    private readonly byte[] pattern = Encoding.ASCII.GetBytes(mark);
    private readonly TaskCompletionSource<int> first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<int> pids = [];
    private byte[] held = [];
    private int awaited = marks;

    /// <summary>The process group of the command; cancelled when it ended without one.</summary>
    public Task<int> Leader => first.Task;

    /// <summary>Processes named so far: the leader, and behind sudo the command itself.</summary>
    public IReadOnlyList<int> Pids
    {
        get
        {
            lock (pids)
                return [.. pids];
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (awaited == 0)
        {
            next.Write(buffer);
            return;
        }

        held = [.. held, .. buffer];
        while (awaited > 0 && held.AsSpan().IndexOf(pattern) is var start and >= 0)
        {
            var end = held.AsSpan(start).IndexOf((byte)'\n');
            if (end < 0)
                return;
            Add(held.AsSpan(start + pattern.Length, end - pattern.Length));
            next.Write(held.AsSpan(0, start));
            held = held[(start + end + 1)..];
            awaited--;
        }

        if (awaited == 0 || held.Length > LongestWait)
            PassHeld();
    }

    /// <summary>After the last byte: passes on what waited for a mark.</summary>
    public void Finish()
    {
        PassHeld();
        first.TrySetCanceled();
    }

    private void PassHeld()
    {
        if (held.Length > 0)
            next.Write(held);
        held = [];
    }

    private void Add(ReadOnlySpan<byte> number)
    {
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            return;
        lock (pids)
            pids.Add(pid);
        first.TrySetResult(pid);
    }
}
