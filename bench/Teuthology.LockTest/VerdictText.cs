namespace Teuthology.LockTest;

/// <summary>Tells a verdict to people.</summary>
internal static class VerdictText
{
    private const int Most = 20;

    public static void Write(Verdict verdict, TextWriter output)
    {
        foreach (var (name, number) in verdict.Figures)
            output.WriteLine($"{number,10} {name}");
        foreach (var violation in verdict.Violations.Take(Most))
            output.WriteLine($"NOT VALID: {violation.Rule}: {violation.Text}");
        if (verdict.Violations.Count > Most)
            output.WriteLine($"and {verdict.Violations.Count - Most} more");
        output.WriteLine(verdict.Valid ? "valid: every rule holds" : $"not valid: {verdict.Violations.Count} violations");
    }
}
