namespace Teuthology.Tasks;

/// <summary>Configuration of <c>restart</c>.</summary>
public sealed record RestartOptions
{
    /// <summary>Roles with the scripts that they run: paths below <c>qa/workunits</c>, or a part of such.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Exec { get; init; }

    /// <summary>Variables for the scripts.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Noted only: scripts are always those beside the suites.</summary>
    public string? Branch { get; init; }

    /// <summary>As the branch.</summary>
    public string? Sha1 { get; init; }

    /// <summary>As the branch.</summary>
    public string? Tag { get; init; }
}
