using Microsoft.Extensions.Time.Testing;

namespace Teuthology.Results.Tests;

/// <summary>A state directory of its own with a store in it.</summary>
public abstract class StoreFixture : IAsyncLifetime
{
    protected string State { get; } = Directory.CreateTempSubdirectory("teuthology-results-").FullName;

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));

    protected ResultsStore Store { get; private set; } = null!;

    private string Place { get; set; } = "";

    public async Task InitializeAsync()
    {
        Place = await PlaceAsync();
        Store = await OpenAsync();
    }

    public async Task DisposeAsync()
    {
        if (Store is not null)
            await Store.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        System.IO.Directory.Delete(State, recursive: true);
    }

    /// <summary>Where the store is: a file, unless a test class wants another place.</summary>
    protected virtual Task<string> PlaceAsync() => Task.FromResult(Path.Combine(State, ResultsStore.FileName));

    protected Task<ResultsStore> OpenAsync() => ResultsStore.OpenAtAsync(Place, Time, CancellationToken.None);
}
