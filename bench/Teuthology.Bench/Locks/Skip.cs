using System.Diagnostics.CodeAnalysis;

namespace Teuthology.Testing;

/// <summary>Stands in for the tests' framework: what a test would skip over ends a benchmark.</summary>
internal static class Skip
{
    public static void If([DoesNotReturnIf(true)] bool condition, string reason)
    {
        if (condition)
            throw new InvalidOperationException(reason);
    }
}
