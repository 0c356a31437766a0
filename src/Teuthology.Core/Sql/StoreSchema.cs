namespace Teuthology.Sql;

/// <summary>The tables of a store, as the steps that make them; a step that was released never changes.</summary>
public sealed record StoreSchema
{
    /// <summary>One word, <c>leases</c>: names the PostgreSQL schema <c>teuthology_leases</c>, the channel of its changes and the table <c>leases_version</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What the store is called in messages, <c>lease store</c>.</summary>
    public required string Title { get; init; }

    /// <summary>Statements for SQLite, one entry a version.</summary>
    public required IReadOnlyList<string> Sqlite { get; init; }

    /// <summary>Statements for PostgreSQL, one entry a version; an empty one has nothing to do.</summary>
    public required IReadOnlyList<string> Postgres { get; init; }

    /// <summary>Whether a commit in a file waits for the disk. Without it a power cut may lose the last ones; the file stays whole either way.</summary>
    public bool IsDurable { get; init; } = true;

    /// <summary>Told with every change in PostgreSQL only where this has a row; null for always.</summary>
    public FormattableString? TellIf { get; init; }

    /// <summary>What PostgreSQL's LISTEN and NOTIFY call the changes of the store.</summary>
    public string Channel => "teuthology_" + Name;
}
