namespace Teuthology.Server.Tests;

public sealed class SqliteLeaseEndpointTests : LeaseEndpointTests
{
    protected override Task<string?> PlaceAsync() => Task.FromResult<string?>(null);
}
