namespace Teuthology.Lab;

/// <summary>A deed as it is kept.</summary>
/// <param name="Deed">The deed.</param>
/// <param name="Status">HTTP status of the answer; 200 where it was written with its change.</param>
public sealed record DeedRecord(Deed Deed, int Status);
