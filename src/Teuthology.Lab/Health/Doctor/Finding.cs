namespace Teuthology.Lab;

/// <summary>One thing that the doctor looked at.</summary>
/// <param name="Area">What it is part of: <c>configuration</c>, <c>host</c>, <c>space</c>, <c>store</c>, <c>image</c>, <c>leftovers</c>, <c>machines</c>, <c>provisioners</c>.</param>
/// <param name="Level">How bad it is.</param>
/// <param name="What">What was found, a sentence.</param>
/// <param name="Remedy">What to do about it; null when there is nothing to do.</param>
public sealed record Finding(string Area, FindingLevel Level, string What, string? Remedy = null)
{
    /// <summary>True when the doctor can mend it without harm to anybody.</summary>
    public bool IsMendable => Mend is not null;

    /// <summary>True when it was mended.</summary>
    public bool Mended { get; init; }

    /// <summary>Why the mending did not work; null when it did, or was not tried.</summary>
    public string? MendFailure { get; init; }

    internal Func<CancellationToken, Task>? Mend { get; init; }

    /// <summary>All is well with something.</summary>
    internal static Finding Well(string area, string what) => new(area, FindingLevel.Well, what);
}
