using Teuthology.Testing;

namespace Teuthology.Results.Tests;

public sealed class PostgresResultsStoreTests : ResultsStoreTests
{
    protected override Task<string> PlaceAsync() => SharedPostgres.PlaceAsync();
}
