using Microsoft.Data.Sqlite;

namespace Teuthology.LockTest;

/// <summary>A file that all clients share, as on one host. The store's clock is the kernel's monotonic one, whatever the wall clock is set to.</summary>
internal sealed class SqliteBench(string directory, int clients) : IStoreBench
{
    private readonly ClientClocks _clocks = new(directory, clients);

    public string Address { get; } = Path.Combine(directory, "leases.db");

    public string Clock => "the kernel's monotonic one";

    public TimeProvider Time => _clocks.True;

    public string AddressFor(int slot) => Address;

    public string ClockFileFor(int slot) => _clocks.FileOf(slot);

    public IReadOnlyList<Fault> Faults(HistoryWriter history) =>
    [
        _clocks.Jump(history),
        new("busy-file", 100, 1500, async choice =>
        {
            await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Address, Pooling = false, DefaultTimeout = 20 }.ToString());
            await connection.OpenAsync(CancellationToken.None);
            await using var transaction = connection.BeginTransaction(deferred: false);
            await choice.PauseAsync();
        }),
    ];

    public ValueTask DisposeAsync()
    {
        _clocks.Dispose();
        return ValueTask.CompletedTask;
    }
}
