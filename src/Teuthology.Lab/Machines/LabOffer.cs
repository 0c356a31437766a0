namespace Teuthology.Lab;

/// <summary>What a lab can give.</summary>
/// <param name="Kind">Name of the lab's kind: <c>root</c>, <c>userns</c>, <c>loopback</c>; for machines that a site configured their machine type.</param>
/// <param name="Machines">How many machines it can give at once.</param>
/// <param name="Features">What each of them can do.</param>
/// <param name="Remedy">How to get more features on this host, in words for the user; null when it has all.</param>
public sealed record LabOffer(string Kind, int Machines, LabFeatures Features, string? Remedy)
{
    /// <summary>How many of the machines can have a kernel of their own, whose modules they load; all of them where they are hosts or virtual machines anyway.</summary>
    public int OwnKernels { get; init; } = int.MaxValue;

    /// <summary>Why there are no more of these, or how to get more; null when there is nothing to say.</summary>
    public string? OwnKernelRemedy { get; init; }
}
