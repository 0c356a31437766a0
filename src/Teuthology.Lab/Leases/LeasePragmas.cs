using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Teuthology.Lab;

/// <summary>
/// Sets up each connection: SQLite itself waits for a busy file in small steps, and a commit does not wait for the disk
/// (a power cut may lose the last leases, which the boot ended anyway; the file stays whole in WAL mode).
/// </summary>
internal sealed class LeasePragmas : DbConnectionInterceptor
{
    public const string Text = "PRAGMA busy_timeout = 10000; PRAGMA synchronous = NORMAL;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Apply(connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Apply(connection);
        return Task.CompletedTask;
    }

    private static void Apply(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Text;
        command.ExecuteNonQuery();
    }
}
