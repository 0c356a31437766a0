using Teuthology.Sql;

namespace Teuthology.Results;

/// <content>Who may write by way of a server, and who did.</content>
public sealed partial class ResultsStore
{
    private static readonly TimeSpan AuditKept = TimeSpan.FromDays(180);

    /// <summary>The tokens, by name.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<AccessToken>> TokensAsync(CancellationToken cancellationToken) => await _database.QueryAsync(
        () => $"SELECT name, created FROM tokens ORDER BY name",
        row => new AccessToken(row.Text("name")!, row.Time("created")!.Value),
        cancellationToken);

    /// <summary>Makes a token; only its hash is kept.</summary>
    /// <param name="name">Who or what it is for.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The token; null when there is one of that name.</returns>
    public async Task<string?> CreateTokenAsync(string name, CancellationToken cancellationToken)
    {
        var secret = AccessToken.NewSecret();
        var hash = AccessToken.Hash(secret);
        var now = _time.GetUtcNow().UtcDateTime;
        var added = await ChangeAsync(
            () => $"INSERT INTO tokens (name, hash, created) VALUES ({name}, {hash}, {now}) ON CONFLICT (name) DO NOTHING", cancellationToken);
        return added == 1 ? secret : null;
    }

    /// <summary>Makes a token worthless.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>False when there is none of that name.</returns>
    public async Task<bool> RevokeTokenAsync(string name, CancellationToken cancellationToken) =>
        await ChangeAsync(() => $"DELETE FROM tokens WHERE name = {name}", cancellationToken) == 1;

    /// <summary>Whose token it is; null when it is nobody's.</summary>
    /// <param name="secret">The token.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<string?> OwnerOfTokenAsync(string secret, CancellationToken cancellationToken)
    {
        var hash = AccessToken.Hash(secret);
        return (await _database.QueryAsync(() => $"SELECT name FROM tokens WHERE hash = {hash}", row => row.GetString(0), cancellationToken)).FirstOrDefault();
    }

    /// <summary>Notes what was done.</summary>
    /// <param name="entry">What.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task AuditAsync(AuditEntry entry, CancellationToken cancellationToken) => _database.ExecuteAsync(
        () => $"""
            INSERT INTO audit (at, token, address, method, path, status, body)
            VALUES ({entry.At}, {entry.Token}, {entry.Address}, {entry.Method}, {entry.Path}, {(long)entry.Status}, {entry.Body})
            """,
        cancellationToken);

    /// <summary>What was done, the latest first.</summary>
    /// <param name="path">Only where the path begins so; null for all.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<AuditEntry>> AuditAsync(string? path, int count, CancellationToken cancellationToken)
    {
        FormattableString condition = path is null ? (FormattableString)$"" : $"WHERE {ResultsDialect.Begins($"path", path)}";
        return await _database.QueryAsync(
            () => $"SELECT * FROM audit {condition} ORDER BY id DESC LIMIT {count}",
            row => new AuditEntry(row.Time("at")!.Value, row.Text("token"), row.Text("address"), row.Text("method")!, row.Text("path")!, (int)row.Whole("status")!.Value, row.Text("body")),
            cancellationToken);
    }

    /// <summary>Forgets what was done more than half a year ago.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public Task TrimAuditAsync(CancellationToken cancellationToken)
    {
        var oldest = _time.GetUtcNow().UtcDateTime - AuditKept;
        return _database.ExecuteAsync(() => $"DELETE FROM audit WHERE at < {oldest}", cancellationToken);
    }
}
