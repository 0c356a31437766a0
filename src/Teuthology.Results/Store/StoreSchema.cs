using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Teuthology.Sql;

namespace Teuthology.Results;

/// <summary>Brings the tables of a store up to date, once, however many processes open it.</summary>
internal static class StoreSchema
{
    /// <summary>Name of the newest migration.</summary>
    private const string Newest = "20261122181218_Runs";

    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(50);

    /// <summary>Applies the migrations that are missing.</summary>
    /// <param name="file">The store.</param>
    /// <param name="cancellationToken">Stops waiting for another process.</param>
    public static async Task PrepareAsync(StoreFile file, CancellationToken cancellationToken)
    {
        if (await IsCurrentAsync(file, cancellationToken))
            return;

        await using var held = await LockAsync(file.Path + ".lock", cancellationToken);
        await using (var context = file.OpenModel())
        {
            // EF's own migration lock is a row that a killed process leaves behind for ever; ours goes with its process,
            // so whatever row there is belongs to a dead one.
            await context.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);
            await context.Database.MigrateAsync(cancellationToken);
            await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);
        }

        if (!await IsCurrentAsync(file, cancellationToken))
            throw new InvalidOperationException($"{nameof(StoreSchema)}.{nameof(Newest)} does not name the newest migration");
    }

    // What EF would find out as well, at the price of loading it.
    private static async Task<bool> IsCurrentAsync(StoreFile file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file.Path))
            return false;
        await using var connection = await file.OpenAsync(cancellationToken);
        return await AnyAsync(connection, $"SELECT 1 FROM sqlite_master WHERE name = '__EFMigrationsHistory'", cancellationToken)
            && await AnyAsync(connection, $"SELECT 1 FROM __EFMigrationsHistory WHERE MigrationId = {Newest}", cancellationToken);
    }

    private static async Task<bool> AnyAsync(DbConnection connection, FormattableString sql, CancellationToken cancellationToken) =>
        (await connection.QueryAsync(sql, row => row.GetInt32(0), null, cancellationToken)).Count > 0;

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
