namespace Teuthology.LockTest;

/// <summary>What the checker found in a history.</summary>
/// <param name="Violations">What must not be, earliest first; none: every rule holds.</param>
/// <param name="Figures">How much there was to be judged: a rule that nothing put to the test proves nothing.</param>
internal sealed record Verdict(IReadOnlyList<Violation> Violations, IReadOnlyDictionary<string, double> Figures)
{
    public bool Valid => Violations.Count == 0;
}
