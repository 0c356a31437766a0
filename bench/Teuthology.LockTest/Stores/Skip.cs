namespace Teuthology.Testing;

/// <summary>What skips a test in the tests' own copy of the PostgreSQL fixture ends this program, with the same text.</summary>
internal static class Skip
{
    public static void If([System.Diagnostics.CodeAnalysis.DoesNotReturnIf(true)] bool condition, string? reason)
    {
        if (condition)
            throw new LockTest.HistoryException(reason ?? "");
    }
}
