namespace Teuthology.Tasks;

/// <summary>What was done to one host.</summary>
/// <param name="Host">Its name.</param>
public sealed record NukeReport(string Host)
{
    /// <summary>What was found: a kind (<c>process</c>, <c>mount</c>, <c>package</c>, <c>file</c>, <c>source</c>, <c>firewall</c>, <c>sysctl</c>, <c>unit</c>, <c>container</c>, <c>device</c>) and what it was.</summary>
    public IReadOnlyList<(string Kind, string What)> Found { get; init; } = [];

    /// <summary>What could not be done, in words.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    /// <summary>What was there still at a last look; of a dry run nothing.</summary>
    public IReadOnlyList<(string Kind, string What)> Left { get; init; } = [];

    /// <summary>True when it was restarted.</summary>
    public bool Rebooted { get; init; }

    /// <summary>True when nothing is left and nothing failed.</summary>
    public bool IsPristine => Failures.Count == 0 && Left.Count == 0;
}
