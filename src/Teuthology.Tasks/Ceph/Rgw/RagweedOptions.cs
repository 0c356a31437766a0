namespace Teuthology.Tasks;

/// <summary>Configuration of <c>ragweed</c> for one client.</summary>
public sealed record RagweedOptions
{
    /// <summary>Branch of ragweed.</summary>
    public string? ForceBranch { get; init; }

    /// <summary>Branch where none is forced; of the job's <c>branch</c> when absent.</summary>
    public string? Branch { get; init; }

    /// <summary>Branch where that one is not there.</summary>
    public string? DefaultBranch { get; init; }

    /// <summary>A commit of it.</summary>
    public string? Sha1 { get; init; }

    /// <summary>The client whose gateway is tested; itself when absent.</summary>
    public string? RgwServer { get; init; }

    /// <summary>Seconds that an answer may take.</summary>
    public int IdleTimeout { get; init; } = 30;

    /// <summary>Tells tests that the gateway is slow.</summary>
    public object? SlowBackend { get; init; }

    /// <summary><c>prepare</c>, <c>check</c>, or both with a comma: objects are written, and looked at, perhaps after an upgrade.</summary>
    public string Stages { get; init; } = "prepare,check";

    /// <summary>Arguments for nose: a text, or a list.</summary>
    public object? ExtraArgs { get; init; }
}
