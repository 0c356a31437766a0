namespace Teuthology.Lab.Tests;

/// <summary>The database that a store is in.</summary>
public enum Engine
{
    /// <summary>A file.</summary>
    Sqlite,

    /// <summary>A server.</summary>
    Postgres,
}
