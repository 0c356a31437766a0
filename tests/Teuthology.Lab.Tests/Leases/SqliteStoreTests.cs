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
}
