using System.Data.Common;
using System.Globalization;
using Npgsql;
using Teuthology.Sql;

namespace Teuthology.Lab;

/// <summary>A PostgreSQL database: connections are kept, statements prepared, and what a cut or a restart of the server took away is tried again.</summary>
internal sealed class PostgresDatabase : LeaseDatabase
{
    // After so many tries without a wait a claim waits for its turn at the machines.
    private const int HastyTries = 4;
    private const int MostTries = 12;

    private readonly SemaphoreSlim _opening = new(1, 1);
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
    /// <param name="time">Waits between tries.</param>
    /// <param name="clock">Milliseconds for tests; null for the server's clock.</param>
    public PostgresDatabase(string place, TimeProvider time, Func<long>? clock)
        : base(new PostgresDialect(clock))
    {
        _settings = PostgresPlace.Read(place);
        _source = NpgsqlDataSource.Create(_settings);
        _listener = new PostgresListener(_settings, time);
        _endurance = new Endurance(Place, time);
    }

    public override string Place => string.Create(CultureInfo.InvariantCulture, $"{_settings.Host}:{_settings.Port}/{_settings.Database ?? _settings.Username}");

    public override bool IsOneHost => false;

    public override Task<int> ExecuteAsync(Func<FormattableString> sql, CancellationToken cancellationToken) =>
        UseAsync(connection => connection.ExecuteAsync(sql(), null, cancellationToken), cancellationToken);

    public override Task<List<T>> QueryAsync<T>(Func<FormattableString> sql, Func<DbDataReader, T> read, CancellationToken cancellationToken) =>
        UseAsync(connection => connection.QueryAsync(sql(), read, null, cancellationToken), cancellationToken);

    public override Task<List<NodeRecord>> ClaimAsync(ClaimAttempt claim, Func<DbDataReader, NodeRecord> read)
    {
        var lost = 0;
        return UseAsync(
            async connection =>
            {
                // The answer was lost: the statement must be over before one can look what it took.
                if (lost != 0 && await TakenAsync(connection, lost, claim, read) is { Count: > 0 } taken)
                    return taken;
                lost = connection.ProcessID;
                return await ClaimAsync(connection, claim, read);
            },
            CancellationToken.None);
    }

    // Whoever waits is told by the server.
    public override Task<long> VersionAsync(CancellationToken cancellationToken) => Task.FromResult(0L);

    public override Task ListenAsync(Action changed, CancellationToken cancellationToken) => _listener.StartAsync(changed, cancellationToken);

    // A statement of its own, after what it tells of was committed: who began to wait before that is told, and who does so later sees it.
    // While one is under way, all who come meanwhile have the next one in common.
    public override Task TellAsync()
    {
        lock (_tellingGate)
            return _nextTelling ??= TellNextAsync(_telling);
    }

    public override async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await _source.DisposeAsync();
        _opening.Dispose();
    }

    private async Task TellNextAsync(Task before)
    {
        await Task.Yield();
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_tellingGate)
            (_telling, _nextTelling) = (_nextTelling!, null);
        await ExecuteAsync(() => $"SELECT pg_notify({PostgresSchema.Channel}, '') WHERE EXISTS (SELECT 1 FROM waiters)", CancellationToken.None);
    }

    private static async Task<List<NodeRecord>> ClaimAsync(NpgsqlConnection connection, ClaimAttempt claim, Func<DbDataReader, NodeRecord> read)
    {
        for (var tries = 1; ; tries++)
        {
            var reach = tries == 1 ? ClaimReach.Near : tries <= HastyTries ? ClaimReach.Far : ClaimReach.Patient;
            var taken = await connection.QueryAsync(claim.Statement(reach), read, null, CancellationToken.None);
            if (taken.Count > 0 || tries == MostTries)
                return taken;

            // Others who decide at the same moment have the same machines in hand, and may let go of them: only what is free counts.
            var free = await connection.QueryAsync(claim.Free(), row => row.GetInt64(0), null, CancellationToken.None);
            if (free[0] < claim.Count)
                return [];
        }
    }

    private static async Task<List<NodeRecord>> TakenAsync(NpgsqlConnection connection, int process, ClaimAttempt claim, Func<DbDataReader, NodeRecord> read)
    {
        await connection.QueryAsync(
            $"""
            SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
            WHERE pid = {process} AND pid <> pg_backend_pid() AND datname = current_database() AND usename = current_user
            """,
            row => 0, null, CancellationToken.None);
        return await connection.QueryAsync(claim.Taken(), read, null, CancellationToken.None);
    }

    private Task<T> UseAsync<T>(Func<NpgsqlConnection, Task<T>> use, CancellationToken cancellationToken) => _endurance.RunAsync(
        async () =>
        {
            await PrepareAsync(cancellationToken);
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            return await use(connection);
        },
        cancellationToken);

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _ready))
            return;
        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (_ready)
                return;
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            await PostgresSchema.UpgradeAsync(connection, _settings.SearchPath!.Split(',')[0].Trim(), cancellationToken);
            Volatile.Write(ref _ready, true);
        }
        finally
        {
            _opening.Release();
        }
    }
}
