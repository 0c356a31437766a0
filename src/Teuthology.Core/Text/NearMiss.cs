namespace Teuthology;

/// <summary>Finds what a mistyped name may have meant.</summary>
public static class NearMiss
{
    /// <summary>The known name closest to <paramref name="name"/>, or null when none is close; <c>-</c> and <c>_</c> count as the same.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="known">Names that there are.</param>
    public static string? Of(string name, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        var limit = Math.Max(1, Math.Min(3, name.Length / 3));
        var best = known.Select(k => (Name: k, Distance: Distance(name.Replace('-', '_'), k.Replace('-', '_')))).OrderBy(k => k.Distance).ThenBy(k => k.Name, StringComparer.Ordinal).FirstOrDefault();
        return best.Name is not null && best.Distance <= limit ? best.Name : null;
    }

    /// <summary>The end of a sentence about an unknown name: <c>; did you mean 'x'?</c>, or <c> (known: x, y)</c> when nothing is close.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="known">Names that there are.</param>
    public static string Hint(string name, IReadOnlyCollection<string> known) =>
        Of(name, known) is { } near ? $"; did you mean '{near}'?" : $" (known: {string.Join(", ", known.DefaultIfEmpty("none"))})";

    // Edits including a swap of neighbours, so that 'slepe' and 'selep' are both one away from 'sleep'.
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var same = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + same);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
