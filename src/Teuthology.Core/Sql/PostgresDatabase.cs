using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace Teuthology.Sql;

/// <summary>A PostgreSQL database: connections are kept, statements prepared, and what a cut or a restart of the server took away is tried again.</summary>
public sealed class PostgresDatabase : SqlDatabase
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly StoreSchema _schema;
    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly PostgresListener _listener;
    private readonly Endurance _endurance;
    private readonly Lock _tellingGate = new();
    private Task _telling = Task.CompletedTask;
    private Task? _nextTelling;
    private bool _ready;

    /// <summary>Opens nothing yet.</summary>
    /// <param name="place">As <see cref="PostgresPlace"/> reads it.</param>
    /// <param name="schema">The tables.</param>
    /// <param name="time">Waits between tries.</param>
    /// <exception cref="ConfigurationException">The place makes no sense.</exception>
    public PostgresDatabase(string place, StoreSchema schema, TimeProvider time)
    {
        _schema = schema;
        _settings = PostgresPlace.Read(place, "teuthology_" + schema.Name);
        _source = NpgsqlDataSource.Create(_settings);
        _listener = new PostgresListener(_settings, schema.Channel, time);
        _endurance = new Endurance($"{schema.Title} {Place}", time);
    }

    /// <inheritdoc/>
    public override string Place => string.Create(CultureInfo.InvariantCulture, $"{_settings.Host}:{_settings.Port}/{_settings.Database ?? _settings.Username}");

    /// <inheritdoc/>
    public override bool IsOneHost => false;

    /// <inheritdoc/>
    public override Task PrepareAsync(CancellationToken cancellationToken) => UseAsync(_ => Task.FromResult(0), cancellationToken);

    /// <inheritdoc/>
    public override Task<int> ExecuteAsync(Func<FormattableString> sql, CancellationToken cancellationToken) =>
        UseAsync(connection => connection.ExecuteAsync(sql(), null, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public override Task<List<T>> QueryAsync<T>(Func<FormattableString> sql, Func<DbDataReader, T> read, CancellationToken cancellationToken) =>
        UseAsync(connection => connection.QueryAsync(sql(), read, null, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public override Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken cancellationToken) => UseAsync(read, cancellationToken);

    /// <inheritdoc/>
    public override FormattableString TransactionNumber => $"SELECT CAST(pg_current_xact_id() AS TEXT)";

    /// <inheritdoc/>
    public override Task<T> CommitAsync<T>(Func<DbConnection, DbTransaction, Task<Written<T>>> write, CancellationToken cancellationToken)
    {
        (int Process, string Number, T Result)? lost = null;
        return UseAsync(
            async connection =>
            {
                if (lost is { } last && await PostgresCommit.IsDoneAsync(connection, last.Process, last.Number))
                    return last.Result;
                lost = null;
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                var written = await write(connection, transaction);

                // What changed nothing has no number, and may be done again.
                var number = written.Number is { } known ? [known] : await connection.QueryAsync(
                    written.Last.Count > 0 ? TransactionNumber : $"SELECT CAST(pg_current_xact_id_if_assigned() AS TEXT)", row => row[0] as string, transaction, cancellationToken);
                lost = number[0] is { } own ? (connection.ProcessID, own, written.Result) : null;
                FormattableString[] told = written.IsTold ? [Telling] : [];
                await connection.ExecuteAllAsync([.. written.Last, .. told, $"COMMIT"], transaction, CancellationToken.None);
                return written.Result;
            },
            cancellationToken);
    }

    /// <summary>Uses a connection, from the beginning again when it broke.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="use">What to do with it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<T> UseAsync<T>(Func<NpgsqlConnection, Task<T>> use, CancellationToken cancellationToken) => _endurance.RunAsync(
        async () =>
        {
            await UpgradeAsync(cancellationToken);
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            return await use(connection);
        },
        cancellationToken);

    /// <inheritdoc/>
    // Whoever waits is told by the server.
    public override Task<long> VersionAsync(CancellationToken cancellationToken) => Task.FromResult(0L);

    /// <inheritdoc/>
    // Which transactions a statement sees: two that see the same ones see the same rows.
    public override async Task<string> MarkAsync(CancellationToken cancellationToken) =>
        (await QueryAsync(() => $"SELECT CAST(pg_current_snapshot() AS TEXT)", row => row.GetString(0), cancellationToken))[0];

    /// <inheritdoc/>
    public override Task ListenAsync(Action changed, CancellationToken cancellationToken) => _listener.StartAsync(changed, cancellationToken);

    /// <inheritdoc/>
    // A statement of its own, after what it tells of was committed: who began to wait before that is told, and who does so later sees it.
    // While one is under way, all who come meanwhile have the next one in common.
    public override Task TellAsync()
    {
        lock (_tellingGate)
            return _nextTelling ??= TellNextAsync(_telling);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await _source.DisposeAsync();
        _opening.Dispose();
    }

    private FormattableString Telling => $"SELECT pg_notify({_schema.Channel}, '') {(_schema.TellIf is { } asked ? (FormattableString)$"WHERE EXISTS ({asked})" : $"")}";

    private async Task TellNextAsync(Task before)
    {
        await Task.Yield();
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_tellingGate)
            (_telling, _nextTelling) = (_nextTelling!, null);
        await ExecuteAsync(() => Telling, CancellationToken.None);
    }

    private async Task UpgradeAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _ready))
            return;
        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (_ready)
                return;
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            await new PostgresUpgrade(connection, _schema, _settings.SearchPath!.Split(',')[0].Trim()).RunAsync(cancellationToken);
            Volatile.Write(ref _ready, true);
        }
        finally
        {
            _opening.Release();
        }
    }
}
