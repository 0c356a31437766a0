using Teuthology.Testing;

namespace Teuthology.Scheduling.Tests;

/// <summary>A queue of each kind, and a second way into the same one.</summary>
public abstract class QueueFixture : IAsyncLifetime
{
    /// <summary>Another process's way in.</summary>
    public abstract IJobQueue Open(QueuePolicy? policy = null);

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();
}

public sealed class SqliteQueueFixture : QueueFixture
{
    private readonly string _directory = Directory.CreateTempSubdirectory("teuthology-queue-").FullName;

    public override IJobQueue Open(QueuePolicy? policy = null) => new StoreQueue(Path.Combine(_directory, "queue.db"), policy, TimeProvider.System);

    public override Task InitializeAsync() => Task.CompletedTask;

    public override Task DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return Task.CompletedTask;
    }
}

public sealed class PostgresQueueFixture : QueueFixture
{
    private string _place = "";

    public override IJobQueue Open(QueuePolicy? policy = null) => new StoreQueue(_place, policy, TimeProvider.System);

    public override async Task InitializeAsync() => _place = await SharedPostgres.PlaceAsync();

    public override Task DisposeAsync() => Task.CompletedTask;
}

public sealed class BeanstalkQueueFixture : QueueFixture
{
    private BeanstalkdServer? _server;

    public override IJobQueue Open(QueuePolicy? policy = null) => new BeanstalkQueue("127.0.0.1", _server!.Port, policy, TimeProvider.System);

    public override async Task InitializeAsync() => _server = await BeanstalkdServer.StartAsync();

    public override async Task DisposeAsync() => await _server!.DisposeAsync();
}
