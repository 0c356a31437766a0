using Microsoft.Extensions.Time.Testing;

namespace Teuthology.Results.Tests;

/// <summary>A state directory of its own with a store in it.</summary>
public abstract class StoreFixture : IAsyncLifetime
{
    protected string State { get; } = Directory.CreateTempSubdirectory("teuthology-results-").FullName;

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));

    protected ResultsStore Store { get; private set; } = null!;

    public async Task InitializeAsync() => Store = await OpenAsync();

    public Task DisposeAsync()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(State, recursive: true);
        return Task.CompletedTask;
    }

    protected Task<ResultsStore> OpenAsync() => ResultsStore.OpenAsync(State, Time, CancellationToken.None);
}
