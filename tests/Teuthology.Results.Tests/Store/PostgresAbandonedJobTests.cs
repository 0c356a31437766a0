using Teuthology.Testing;

namespace Teuthology.Results.Tests;

public sealed class PostgresAbandonedJobTests : AbandonedJobTests
{
    protected override Task<string> PlaceAsync() => SharedPostgres.PlaceAsync();
}
