namespace Teuthology.LockTest;

/// <summary>Sets stores up.</summary>
internal static class StoreBenches
{
    /// <exception cref="HistoryException">There is no such store.</exception>
    public static Task<IStoreBench> StartAsync(TrialOptions options, string directory, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return options.Store switch
        {
            "sqlite" => Task.FromResult<IStoreBench>(new SqliteBench(directory, options.Clients)),
            "postgres" => PostgresBench.StartAsync(directory, options.Clients),
            "server" => ServerBench.StartAsync(directory, options.Clients),
            _ => throw new HistoryException($"--store is '{options.Store}'; it may be sqlite, postgres or server"),
        };
    }
}
