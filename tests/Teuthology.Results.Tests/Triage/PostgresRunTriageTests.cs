using Teuthology.Testing;

namespace Teuthology.Results.Tests;

public sealed class PostgresRunTriageTests : RunTriageTests
{
    protected override Task<string> PlaceAsync() => SharedPostgres.PlaceAsync();
}
