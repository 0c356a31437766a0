namespace Teuthology.OpenStack;

/// <summary>A limit that does not let something be made.</summary>
/// <param name="Resource">What is limited: <c>cores</c>, <c>MiB of memory</c>, <c>volumes</c>, …</param>
/// <param name="Needed">How much is needed.</param>
/// <param name="Used">How much is in use.</param>
/// <param name="Limit">How much there may be.</param>
public sealed record QuotaLack(string Resource, int Needed, int Used, int Limit)
{
    /// <summary>How much the limit is too low by.</summary>
    public int Missing => Needed + Used - Limit;

    /// <summary><c>4 cores are needed and 18 of 20 are in use: 2 are missing</c>.</summary>
    public override string ToString() => $"{Needed} {Resource} needed, {Used} of {Limit} in use: {Missing} missing";
}
