using Teuthology.Testing;

namespace Teuthology.Server.Tests;

public sealed class PostgresLeaseEndpointTests : LeaseEndpointTests
{
    protected override async Task<string?> PlaceAsync() => await SharedPostgres.PlaceAsync();
}
