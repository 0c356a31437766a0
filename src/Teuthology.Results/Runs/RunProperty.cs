namespace Teuthology.Results;

/// <summary>What runs can be told apart by.</summary>
public enum RunProperty
{
    /// <summary>Branch of the product.</summary>
    Branch,

    /// <summary>Suite.</summary>
    Suite,

    /// <summary>See <see cref="RunStatus"/>.</summary>
    Status,

    /// <summary>Who started it.</summary>
    User,

    /// <summary>Kind of machines.</summary>
    MachineType,

    /// <summary>Day of its start, UTC, <c>YYYY-MM-DD</c>.</summary>
    Date,

    /// <summary>Commit of the product, of any of its jobs.</summary>
    Sha1,

    /// <summary>Flavor of the packages, of any of its jobs.</summary>
    Flavor,
}
