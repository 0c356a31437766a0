namespace Teuthology.Suites;

/// <summary>Goes through the t-tuples of a job's values.</summary>
internal static class TupleWalk
{
    /// <summary>The numbers of all tuples within <paramref name="sorted"/> (ascending); of a shorter one, the number of itself filled up with numbers from <paramref name="values"/> on.</summary>
    public static void Visit(TupleSet set, ReadOnlySpan<int> sorted, int values, List<long> ranks)
    {
        ranks.Clear();
        var t = set.Strength;
        if (sorted.Length < t)
        {
            ranks.Add(set.Rank(Filled(sorted, values, t)));
            return;
        }

        if (t == 2)
        {
            for (var b = 1; b < sorted.Length; b++)
                for (var a = 0; a < b; a++)
                    ranks.Add(set.Rank(sorted[a], sorted[b]));
            return;
        }

        Span<int> places = stackalloc int[t];
        Span<int> tuple = stackalloc int[t];
        for (var i = 0; i < t; i++)
            places[i] = i;
        while (true)
        {
            for (var i = 0; i < t; i++)
                tuple[i] = sorted[places[i]];
            ranks.Add(set.Rank(tuple));
            var moved = t - 1;
            while (moved >= 0 && places[moved] == sorted.Length - t + moved)
                moved--;
            if (moved < 0)
                return;
            places[moved]++;
            for (var i = moved + 1; i < t; i++)
                places[i] = places[i - 1] + 1;
        }
    }

    /// <summary>A short tuple filled up.</summary>
    public static int[] Filled(ReadOnlySpan<int> sorted, int values, int strength)
    {
        var filled = new int[strength];
        sorted.CopyTo(filled);
        for (var i = sorted.Length; i < strength; i++)
            filled[i] = values + i - sorted.Length;
        return filled;
    }
}
