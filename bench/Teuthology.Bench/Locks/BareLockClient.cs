using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Teuthology.Lab;
using Teuthology.Sql;

namespace Teuthology.Bench;

/// <summary>The statements of a lock and an unlock alone, prepared once, on a connection of their own: no server, no store around them.</summary>
public sealed class BareLockClient : LockClient
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlCommand _lock;
    private readonly NpgsqlCommand _unlock;
    private readonly List<NpgsqlParameter> _names;

    private BareLockClient(NpgsqlConnection connection, string owner)
    {
        _connection = connection;
        var statements = new LeaseStatements(new PostgresDialect(null));
        var claim = new ClaimRequest { Count = LockLoad.Machines, Owner = owner, Description = "/archive/run/1", MachineTypes = ["mt"], Duration = Timeout.InfiniteTimeSpan, Controller = null };
        _lock = (NpgsqlCommand)connection.Command(statements.Claim(claim, Guid.NewGuid().ToString("N"), long.MaxValue, duration: null).Statement(ClaimReach.Near));
        _unlock = (NpgsqlCommand)connection.Command(statements.UnlockAll(["a", "b", "c"], owner));
        _names = [.. _unlock.Parameters.Where(parameter => parameter.Value is string[])];
    }

    /// <summary>Connects and prepares.</summary>
    public static async Task<BareLockClient> OpenAsync(string place, int number)
    {
        var settings = new NpgsqlConnectionStringBuilder(place) { SearchPath = "teuthology_leases,public", Pooling = false };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        var client = new BareLockClient(connection, string.Create(CultureInfo.InvariantCulture, $"bare{number}@bench"));
        foreach (var command in new[] { client._lock, client._unlock })
        {
            foreach (NpgsqlParameter parameter in command.Parameters)
            {
                if (parameter.Value is DBNull)
                    parameter.NpgsqlDbType = NpgsqlDbType.Unknown;
            }

            await command.PrepareAsync();
        }

        return client;
    }

    public override async ValueTask DisposeAsync()
    {
        await _lock.DisposeAsync();
        await _unlock.DisposeAsync();
        await _connection.DisposeAsync();
    }

    protected override async Task<string[]?> LockAsync() => await NamesAsync(_lock);

    protected override async Task<bool> UnlockAsync(string[] names)
    {
        foreach (var parameter in _names)
            parameter.Value = names;
        return (await NamesAsync(_unlock)).Length == names.Length;
    }

    private static async Task<string[]> NamesAsync(NpgsqlCommand command)
    {
        await using var rows = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await rows.ReadAsync())
            names.Add(rows.GetString(0));
        return [.. names];
    }
}
