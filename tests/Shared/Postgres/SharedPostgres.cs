namespace Teuthology.Testing;

/// <summary>One server for all tests of a process, each with tables of its own. It ends with the process.</summary>
internal static class SharedPostgres
{
    private static readonly SemaphoreSlim Starting = new(1, 1);
    private static PostgresServer? _server;
    private static int _places;

    /// <summary>A place for the tables of a test: a schema, which costs less than a database.</summary>
    /// <returns>How to connect to it.</returns>
    public static async Task<string> PlaceAsync()
    {
        var server = await ServerAsync();
        return $"{server.ConnectionString("postgres")};Search Path=test{Interlocked.Increment(ref _places)}";
    }

    /// <summary>The server; tests that stop it or cut it have one of their own instead.</summary>
    public static async Task<PostgresServer> ServerAsync()
    {
        await Starting.WaitAsync();
        try
        {
            return _server ??= await PostgresServer.StartAsync();
        }
        finally
        {
            Starting.Release();
        }
    }
}
