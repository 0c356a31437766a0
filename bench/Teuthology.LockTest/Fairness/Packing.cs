namespace Teuthology.LockTest;

/// <summary>How short the same work could have been: below no plan comes, and what a plan made with all knowledge reaches.</summary>
internal static class Packing
{
    private const int Tries = 3000;

    /// <summary>No plan is shorter: all work over all machines; the longest piece; of what takes more than half of the machines no two go together, nor three of more than a third.</summary>
    public static double LowerBound(IReadOnlyList<(int Width, double Length)> pieces, int machines) => new[]
    {
        pieces.Sum(p => p.Width * p.Length) / machines,
        pieces.Max(p => p.Length),
        pieces.Where(p => p.Width * 2 > machines).Sum(p => p.Length),
        pieces.Where(p => p.Width * 3 > machines).Sum(p => p.Length) / 2,
    }.Max();

    /// <summary>The shortest of many plans that start each piece as soon as there is room for it, in orders by size and drawn ones.</summary>
    public static double BestPlan(IReadOnlyList<(int Width, double Length)> pieces, int machines, Random random)
    {
        var best = Plan([.. pieces.OrderByDescending(p => p.Width * p.Length)], machines);
        best = Math.Min(best, Plan([.. pieces.OrderByDescending(p => p.Length)], machines));
        best = Math.Min(best, Plan([.. pieces.OrderByDescending(p => p.Width).ThenByDescending(p => p.Length)], machines));
        for (var i = 0; i < Tries; i++)
            best = Math.Min(best, Plan([.. pieces.OrderBy(_ => random.Next())], machines));
        return best;
    }

    /// <summary>In the order of coming without overtaking, as the lab's queue serves.</summary>
    public static double InOrder(IReadOnlyList<(int Width, double Length)> pieces, int machines)
    {
        var free = new double[machines];
        var start = 0.0;
        foreach (var (width, length) in pieces)
        {
            Array.Sort(free);
            start = Math.Max(start, free[width - 1]);
            Array.Fill(free, start + length, 0, width);
        }

        return free.Max();
    }

    private static double Plan(List<(int Width, double Length)> pieces, int machines)
    {
        var (time, free) = (0.0, machines);
        var running = new PriorityQueue<int, double>();
        while (pieces.Count > 0)
        {
            for (var i = 0; i < pieces.Count && free > 0;)
            {
                if (pieces[i].Width > free)
                {
                    i++;
                    continue;
                }

                free -= pieces[i].Width;
                running.Enqueue(pieces[i].Width, time + pieces[i].Length);
                pieces.RemoveAt(i);
            }

            running.TryDequeue(out var width, out time);
            free += width;
        }

        while (running.TryDequeue(out _, out var end))
            time = end;
        return time;
    }
}
