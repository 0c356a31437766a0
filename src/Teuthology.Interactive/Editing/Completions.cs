namespace Teuthology.Interactive;

/// <summary>What could stand at the caret.</summary>
/// <param name="Start">Where the word begins that they take the place of.</param>
/// <param name="Words">They, sorted.</param>
internal sealed record Completions(int Start, IReadOnlyList<string> Words)
{
    public static Completions None { get; } = new(0, []);

    /// <summary>What all of them begin with.</summary>
    public string Common => Words.Aggregate((a, b) => a[..SharedLength(a, b)]);

    private static int SharedLength(string a, string b)
    {
        var i = 0;
        while (i < a.Length && i < b.Length && a[i] == b[i])
            i++;
        return i;
    }
}
