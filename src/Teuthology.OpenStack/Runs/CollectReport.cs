namespace Teuthology.OpenStack;

/// <summary>What a collection did.</summary>
/// <param name="Deleted">What is gone.</param>
/// <param name="Left">What is still there, and why.</param>
public sealed record CollectReport(IReadOnlyList<Remains> Deleted, IReadOnlyList<(Remains Item, string Why)> Left)
{
    /// <summary>Whether nothing is left.</summary>
    public bool IsDone => Left.Count == 0;
}
