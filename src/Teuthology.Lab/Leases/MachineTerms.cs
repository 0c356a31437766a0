namespace Teuthology.Lab;

/// <summary>Which machines come into question for a claim, busy or not.</summary>
/// <param name="MachineTypes">Kinds; empty for every kind.</param>
/// <param name="OsType">Operating system; null for any.</param>
/// <param name="OsVersion">Its version; null for any.</param>
/// <param name="Arch">Architecture; null for any.</param>
/// <param name="Names">Names; null for all.</param>
public sealed record MachineTerms(
    IReadOnlyList<string> MachineTypes, string? OsType = null, string? OsVersion = null, string? Arch = null, IReadOnlyList<string>? Names = null)
{
    /// <summary>The terms of a claim.</summary>
    /// <param name="request">The claim.</param>
    public static MachineTerms Of(ClaimRequest request) =>
        new(request.MachineTypes, request.OsType, request.OsVersion, request.Arch, request.Names ?? request.Among);

    /// <summary>Whether a machine comes into question.</summary>
    /// <param name="node">The machine.</param>
    public bool Fit(NodeRecord node) =>
        (MachineTypes.Count == 0 || MachineTypes.Contains(node.MachineType))
        && (OsType is null || OsType == node.OsType)
        && (OsVersion is null || OsVersion == node.OsVersion)
        && (Arch is null || Arch == node.Arch)
        && Names?.Contains(node.Name) != false;

    /// <summary>The terms in words: <c>machines of type smithi or mira with rhel 9.4, x86_64</c>.</summary>
    public override string ToString()
    {
        var system = string.Join(' ', new[] { OsType, OsVersion }.OfType<string>());
        var facts = string.Join(", ", new[] { system, Arch ?? "" }.Where(part => part.Length > 0));
        return $"machines{(MachineTypes.Count == 0 ? "" : $" of type {string.Join(" or ", MachineTypes)}")}{(facts.Length == 0 ? "" : $" with {facts}")}";
    }
}
