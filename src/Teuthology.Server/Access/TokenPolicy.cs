namespace Teuthology.Server;

/// <summary>Whether who writes must show a token.</summary>
public enum TokenPolicy
{
    /// <summary>Where others than this host can reach the server.</summary>
    Auto,

    /// <summary>Always.</summary>
    On,

    /// <summary>Never.</summary>
    Off,
}
