using System.Runtime.InteropServices;

namespace Teuthology.Results;

/// <summary>How alike two texts are, by the numbers of Python's <c>difflib.SequenceMatcher</c>: characters that a long second text is full of do not count.</summary>
public static class TextLikeness
{
    private const int LongText = 200;

    /// <summary>Twice the number of matching characters, divided by the number of all.</summary>
    /// <param name="first">A text.</param>
    /// <param name="second">Another. The order matters, for texts of 200 characters and more.</param>
    /// <returns>0 to 1.</returns>
    public static double Ratio(string first, string second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var length = first.Length + second.Length;
        return length == 0 ? 1 : 2.0 * Matching(first, second, Places(second)) / length;
    }

    private static Dictionary<char, List<int>> Places(string text)
    {
        var places = new Dictionary<char, List<int>>();
        for (var i = 0; i < text.Length; i++)
            (CollectionsMarshal.GetValueRefOrAddDefault(places, text[i], out _) ??= []).Add(i);
        if (text.Length < LongText)
            return places;
        var popular = (text.Length / 100) + 1;
        foreach (var (letter, _) in places.Where(place => place.Value.Count > popular).ToList())
            places.Remove(letter);
        return places;
    }

    private static int Matching(string first, string second, Dictionary<char, List<int>> places)
    {
        var matching = 0;
        var parts = new Stack<(int AFrom, int ATo, int BFrom, int BTo)>();
        parts.Push((0, first.Length, 0, second.Length));
        while (parts.TryPop(out var part))
        {
            var (a, b, size) = Longest(first, second, places, part);
            if (size == 0)
                continue;
            matching += size;
            if (part.AFrom < a && part.BFrom < b)
                parts.Push((part.AFrom, a, part.BFrom, b));
            if (a + size < part.ATo && b + size < part.BTo)
                parts.Push((a + size, part.ATo, b + size, part.BTo));
        }

        return matching;
    }

    private static (int A, int B, int Size) Longest(string first, string second, Dictionary<char, List<int>> places, (int AFrom, int ATo, int BFrom, int BTo) part)
    {
        var (bestA, bestB, best) = (part.AFrom, part.BFrom, 0);
        var (lengths, next) = (new Dictionary<int, int>(), new Dictionary<int, int>());
        for (var a = part.AFrom; a < part.ATo; a++)
        {
            next.Clear();
            if (places.TryGetValue(first[a], out var where))
            {
                foreach (var b in where)
                {
                    if (b < part.BFrom)
                        continue;
                    if (b >= part.BTo)
                        break;
                    var size = lengths.GetValueOrDefault(b - 1) + 1;
                    next[b] = size;
                    if (size > best)
                        (bestA, bestB, best) = (a - size + 1, b - size + 1, size);
                }
            }

            (lengths, next) = (next, lengths);
        }

        // Popular characters do not begin a match, but may widen one.
        while (bestA > part.AFrom && bestB > part.BFrom && first[bestA - 1] == second[bestB - 1])
            (bestA, bestB, best) = (bestA - 1, bestB - 1, best + 1);
        while (bestA + best < part.ATo && bestB + best < part.BTo && first[bestA + best] == second[bestB + best])
            best++;
        return (bestA, bestB, best);
    }
}
