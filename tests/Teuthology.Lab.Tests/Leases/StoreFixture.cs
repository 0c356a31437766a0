using Microsoft.Extensions.Time.Testing;
using Teuthology.Testing;

namespace Teuthology.Lab.Tests;

/// <summary>A store of its own, in a directory that goes with it or in a database of the shared server.</summary>
internal sealed class StoreFixture : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("teuthology-leases-").FullName;

    private StoreFixture(TimeProvider? time, string? database)
    {
        Place = database ?? Path.Combine(_directory, "state", "leases.db");
        Store = new LeaseStore(Place, time ?? Clock, ownTime: time is null) { LocalDirectory = Path.Combine(_directory, "state") };
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>The file or the database, for other stores and processes.</summary>
    public string Place { get; }

    public LeaseStore Store { get; }

    public static Task<StoreFixture> CreateAsync(int nodes, TimeProvider? time = null) => CreateAsync(Engine.Sqlite, nodes, time);

    public static async Task<StoreFixture> CreateAsync(Engine engine, int nodes, TimeProvider? time = null)
    {
        var fixture = new StoreFixture(time, engine == Engine.Postgres ? await SharedPostgres.PlaceAsync() : null);
        await fixture.Store.RegisterAsync(Enumerable.Range(1, nodes).Select(i => Node($"n{i}")), CancellationToken.None);
        return fixture;
    }

    public static NodeRecord Node(string name, string type = "plain") => new() { Name = name, MachineType = type };

    public static ClaimRequest Want(int count, string owner = "me@here") =>
        new() { Count = count, Owner = owner, Description = "/archive/run/1", MachineTypes = ["plain"] };

    public Task<Lease?> TryAsync(int count, string owner = "me@here") => Store.TryClaimAsync(Want(count, owner), CancellationToken.None);

    public async Task<IEnumerable<string>> LockedAsync() =>
        (await Store.ListAsync(CancellationToken.None)).Where(n => n.Locked).Select(n => n.Name);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
