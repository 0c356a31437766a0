using Microsoft.EntityFrameworkCore;

namespace Teuthology.Results;

/// <summary>Brings the tables of a store up to date, once, however many processes open it.</summary>
internal static class StoreSchema
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(50);

    /// <summary>Applies the migrations that are missing.</summary>
    /// <param name="database">Path of the file.</param>
    /// <param name="open">Opens a context.</param>
    /// <param name="cancellationToken">Stops waiting for another process.</param>
    public static async Task PrepareAsync(string database, Func<ResultsContext> open, CancellationToken cancellationToken)
    {
        await using var context = open();
        if (File.Exists(database) && !(await context.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
            return;

        await using var held = await LockAsync(database + ".lock", cancellationToken);

        // EF's own migration lock is a row that a killed process leaves behind for ever; ours goes with its process,
        // so whatever row there is belongs to a dead one.
        await context.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);
        await context.Database.MigrateAsync(cancellationToken);
        await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);
    }

    private static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                // Other processes are waited for, and they live by the real clock.
                await Task.Delay(Retry, cancellationToken);
            }
        }
    }
}
