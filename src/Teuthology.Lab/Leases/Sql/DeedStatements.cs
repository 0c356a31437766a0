namespace Teuthology.Lab;

/// <summary>The SQL of deeds.</summary>
internal static class DeedStatements
{
    /// <summary>Writes one down.</summary>
    public static FormattableString Add(Deed deed, int status) => $"""
        INSERT INTO deeds (at, token, address, method, path, status, body)
        VALUES ({deed.At.ToUnixTimeMilliseconds()}, {deed.Token}, {deed.Address}, {deed.Method}, {deed.Path}, {(long)status}, {deed.Body}) RETURNING path
        """;

    /// <summary>The latest first; null for all paths, else those that begin so.</summary>
    public static FormattableString Latest(string? path, int most) => $"""
        SELECT * FROM deeds WHERE CAST({path} AS TEXT) IS NULL OR substr(path, 1, length(CAST({path} AS TEXT))) = CAST({path} AS TEXT)
        ORDER BY id DESC LIMIT {(long)most}
        """;

    /// <summary>Forgets the old ones.</summary>
    public static FormattableString Trim(DateTimeOffset oldest) => $"DELETE FROM deeds WHERE at < {oldest.ToUnixTimeMilliseconds()}";
}
