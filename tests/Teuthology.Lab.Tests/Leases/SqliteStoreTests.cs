using Microsoft.Data.Sqlite;

namespace Teuthology.Lab.Tests;

/// <summary>What only a file can do.</summary>
public sealed class SqliteStoreTests
{
    [Fact]
    public async Task Open_FileOfANewerProgram_SaysSo()
    {
        await using var fixture = await StoreFixture.CreateAsync(1);
        using (var connection = new SqliteConnection($"Data Source={fixture.Place}"))
        {
            connection.Open();
            using var newer = new SqliteCommand("PRAGMA user_version = 999", connection);
            newer.ExecuteNonQuery();
        }

        await using var store = new LeaseStore(fixture.Place, fixture.Clock);
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => store.ListAsync(CancellationToken.None));
        Assert.Contains("newer teuthology", error.Message);
    }

    [Fact]
    public async Task Open_PlaceThatCannotBe_NamesItAndTheSetting()
    {
        await using var store = new LeaseStore("/proc/none/leases.db", TimeProvider.System);

        var error = await Assert.ThrowsAsync<ConfigurationException>(() => store.ListAsync(CancellationToken.None));

        Assert.Contains("/proc/none/leases.db", error.Message);
        Assert.Contains("TEUTHOLOGY_STATE", error.Message);
    }

    [Fact]
    public async Task Claim_WallClockIsSet_NeitherEndsNorProlongsLeases()
    {
        await using var fixture = await StoreFixture.CreateAsync(1);
        var jumping = new SetClock();
        await using var store = new LeaseStore(fixture.Place, jumping);
        var lease = await store.TryClaimAsync(StoreFixture.Want(1), CancellationToken.None);

        jumping.Set += TimeSpan.FromDays(30);
        Assert.Null(await store.TryClaimAsync(StoreFixture.Want(1), CancellationToken.None));
        Assert.Equal(0, await store.ReclaimAsync(CancellationToken.None));
        Assert.False((await store.ListAsync(CancellationToken.None))[0].IsFree(jumping.GetUtcNow()));

        // Another process of this boot, which only ever saw the new time.
        await using var other = new LeaseStore(fixture.Place, new SetClock { Set = TimeSpan.FromDays(30) });
        Assert.Null(await other.TryClaimAsync(StoreFixture.Want(1), CancellationToken.None));

        jumping.Set -= TimeSpan.FromDays(60);
        Assert.True(await store.RenewAsync(lease!, TimeSpan.Zero, CancellationToken.None));
        Assert.True((await store.ListAsync(CancellationToken.None))[0].IsFree(jumping.GetUtcNow()));
        Assert.NotNull(await store.TryClaimAsync(StoreFixture.Want(1), CancellationToken.None));
    }

    [Fact]
    public async Task Open_FileOfTheFirstSchema_KeepsItsMachinesAndLocks()
    {
        await using var fixture = await StoreFixture.CreateAsync(1);
        var old = Path.Combine(Path.GetDirectoryName(fixture.Place)!, "old.db");
        using (var connection = new SqliteConnection($"Data Source={old}"))
        {
            connection.Open();
            using var first = new SqliteCommand(
                """
                CREATE TABLE nodes (name TEXT NOT NULL PRIMARY KEY, description TEXT, up INTEGER NOT NULL DEFAULT 1, machine_type TEXT NOT NULL, arch TEXT,
                    is_vm INTEGER NOT NULL DEFAULT 0, os_type TEXT, os_version TEXT, locked INTEGER NOT NULL DEFAULT 0, locked_by TEXT, locked_since INTEGER,
                    mac_address TEXT, ssh_pub_key TEXT, fence INTEGER NOT NULL DEFAULT 0, heartbeat_at INTEGER, expires_at INTEGER, controller TEXT);
                CREATE INDEX nodes_fence ON nodes (fence);
                CREATE TABLE waiters (ticket INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, description TEXT NOT NULL, machine_type TEXT NOT NULL,
                    count INTEGER NOT NULL, since INTEGER NOT NULL, expires_at INTEGER NOT NULL, controller TEXT NOT NULL);
                CREATE TABLE fence_floor (value INTEGER NOT NULL);
                INSERT INTO fence_floor VALUES (40);
                CREATE TRIGGER nodes_keep_fence BEFORE DELETE ON nodes BEGIN UPDATE fence_floor SET value = max(value, OLD.fence); END;
                INSERT INTO nodes (name, machine_type, locked, locked_by, locked_since, expires_at, fence) VALUES ('n1', 'plain', 1, 'me@here', 1000, 99999999999999, 7);
                INSERT INTO nodes (name, machine_type) VALUES ('n2', 'plain');
                PRAGMA user_version = 1;
                """,
                connection);
            first.ExecuteNonQuery();
        }

        await using var store = new LeaseStore(old, fixture.Clock);
        var lease = await store.TryClaimAsync(StoreFixture.Want(1), CancellationToken.None);

        Assert.Equal((41, "n2"), (lease!.Fence, Assert.Single(lease.Nodes)));
        Assert.Equal(["n1"], await store.BreakAsync("me@here", ["n1"], CancellationToken.None));
        Assert.Equal(("me@here", 7), (Assert.Single(await store.TurnsAsync("n1", 9, CancellationToken.None)) is var turn ? (turn.Owner, turn.Fence) : default));
    }

    /// <summary>The host's clocks after somebody set the time: the monotonic one goes on.</summary>
    private sealed class SetClock : TimeProvider
    {
        public TimeSpan Set { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Set;
    }
}
