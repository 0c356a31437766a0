using System.Runtime.CompilerServices;
using Npgsql;

namespace Teuthology.Sql;

/// <summary>Makes and upgrades the tables of a PostgreSQL database, whoever comes first; others wait for it.</summary>
/// <param name="connection">Open.</param>
/// <param name="tables">The tables.</param>
/// <param name="schema">The PostgreSQL schema of the tables; made when it is missing.</param>
internal sealed class PostgresUpgrade(NpgsqlConnection connection, StoreSchema tables, string schema)
{
    // "teutholo", as an advisory lock's number.
    private const long UpgradeLock = 0x746575_74686F6C6F;

    /// <summary>Brings the database to the newest version.</summary>
    /// <exception cref="ConfigurationException">The tables are from a newer program.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var newest = tables.Postgres.Count;
        if (await VersionAsync(cancellationToken) == newest)
            return;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.QueryAsync($"SELECT pg_advisory_xact_lock({UpgradeLock})", row => 0, transaction, cancellationToken);
        var version = await VersionAsync(cancellationToken);
        if (version > newest)
            throw new ConfigurationException($"{connection.Host}:{connection.Port}/{connection.Database} was written by a newer teuthology ({tables.Name} schema {version}, known is {newest}): use that one, or another database (TEUTHOLOGY_STORE)");
        if (version == 0)
            await RunAsync($"CREATE SCHEMA IF NOT EXISTS {new NpgsqlCommandBuilder().QuoteIdentifier(schema)}; CREATE TABLE {tables.Name}_version (version BIGINT NOT NULL); INSERT INTO {tables.Name}_version VALUES (0)", cancellationToken);
        foreach (var step in tables.Postgres.Skip(version).Where(step => step.Length > 0))
            await RunAsync(step, cancellationToken);
        await RunAsync($"UPDATE {tables.Name}_version SET version = {newest}", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<int> VersionAsync(CancellationToken cancellationToken)
    {
        var there = await connection.QueryAsync($"SELECT 1 FROM pg_tables WHERE schemaname = {schema} AND tablename = {tables.Name + "_version"}", row => 0, null, cancellationToken);
        return there.Count == 0 ? 0 : (int)(await connection.QueryAsync(FormattableStringFactory.Create($"SELECT version FROM {tables.Name}_version"), row => row.GetInt64(0), null, cancellationToken))[0];
    }

    private async Task RunAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
