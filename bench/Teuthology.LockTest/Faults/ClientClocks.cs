using System.Globalization;

namespace Teuthology.LockTest;

/// <summary>A wall clock for each client, which may be wrong by hours; leases must not care.</summary>
internal sealed class ClientClocks : IDisposable
{
    private static readonly int[] Jumps = [400, 3_000, 3_600_000, -400, -3_000, -3_600_000, 0];
    private readonly string _directory;
    private readonly OffsetClock[] _clocks;

    public ClientClocks(string directory, int clients)
    {
        _directory = directory;
        _clocks = [.. Enumerable.Range(0, clients).Select(slot => new OffsetClock(FileOf(slot)))];
        True = new OffsetClock(Path.Combine(directory, "clock"));
    }

    /// <summary>A clock of the same make that is right.</summary>
    public OffsetClock True { get; }

    public string FileOf(int slot) => Path.Combine(_directory, string.Create(CultureInfo.InvariantCulture, $"clock-{slot}"));

    /// <summary>The fault: one client's clock is set to another time, for good or until the next jump.</summary>
    public Fault Jump(HistoryWriter history) => new("jump-clock", 0, 1, choice =>
    {
        var (slot, offset) = (choice.Random.Next(_clocks.Length), Jumps[choice.Random.Next(Jumps.Length)]);
        _clocks[slot].Offset = offset;
        history.Note("client-clock", new HistoryValue { Count = slot, ClientOffset = offset });
        return Task.CompletedTask;
    });

    public void Dispose()
    {
        foreach (var clock in _clocks)
            clock.Dispose();
        True.Dispose();
    }
}
