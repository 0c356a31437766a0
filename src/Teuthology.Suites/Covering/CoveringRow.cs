namespace Teuthology.Suites;

/// <summary>A chosen job.</summary>
/// <param name="Values">Its value for each factor, -1 where the factor does not exist.</param>
/// <param name="Present">Its values without factors below that are in the job when it runs, ascending.</param>
internal sealed record CoveringRow(int[] Values, int[] Present);
