using Teuthology.Testing;

namespace Teuthology.Lab.Tests;

public sealed class PostgresServerTests
{
    [SkippableFact]
    public async Task Start_RestartAndCrash_KeepsItsDataAndGoesWithItsDirectory()
    {
        await using var server = await PostgresServer.StartAsync();
        await server.CreateDatabaseAsync();
        await server.SqlAsync("CREATE TABLE t (a INT); INSERT INTO t VALUES (7)", server.LastDatabase);

        await server.RestartAsync();
        Assert.Equal("7", await server.SqlAsync("SELECT a FROM t", server.LastDatabase));
        await server.RestartAsync(crash: true);
        Assert.Equal("7", await server.SqlAsync("SELECT a FROM t", server.LastDatabase));
    }
}
