namespace Teuthology.Lab;

/// <summary>
/// Works out when those who wait are likely to get their machines: each machine is taken to be held as long as machines of its type usually are, and the line
/// is served as the store serves it.
/// </summary>
/// <param name="turns">What was: turns that are over.</param>
/// <param name="now">The time of the question.</param>
internal sealed class QueueForecast(IReadOnlyList<LeaseTurn> turns, DateTimeOffset now)
{
    private static readonly DateTimeOffset Never = DateTimeOffset.MaxValue;

    private readonly Dictionary<string, List<TimeSpan>> _lengths = turns.GroupBy(t => t.MachineType, StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => g.Select(t => t.To - t.From).Order().ToList(), StringComparer.Ordinal);

    /// <summary>The places, first come first.</summary>
    public IReadOnlyList<QueuePlace> Of(IReadOnlyList<NodeRecord> nodes, IReadOnlyList<WaiterRecord> waiters)
    {
        var free = nodes.Where(n => n.Up || n.RetryAt is not null).ToDictionary(n => n, FreeAt);
        var places = new List<QueuePlace>();
        foreach (var waiter in waiters.Where(w => w.ExpiresAt > now).OrderBy(w => w.Ticket))
        {
            var fit = free.Keys.Where(waiter.Terms.Fit).ToList();
            var ahead = places.Count(p => fit.Exists(p.Waiter.Terms.Fit));
            var chosen = fit.OrderBy(n => free[n]).Take(waiter.Count).ToList();
            var at = chosen.Count < waiter.Count ? Never : chosen.Max(n => free[n]);
            places.Add(new QueuePlace(waiter, ahead, at == Never ? null : at));

            // Until its turn nobody behind it gets any of the machines that it may want; then its own are busy for another while.
            foreach (var node in fit)
                free[node] = Later(free[node], at);
            foreach (var node in chosen)
                free[node] = at == Never || Usual(node.MachineType, TimeSpan.Zero) is not { } length ? Never : at + length;
        }

        return places;
    }

    private DateTimeOffset FreeAt(NodeRecord node)
    {
        var tried = node.Up ? now : Later(now, node.RetryAt ?? Never);
        if (node.IsUnheld(now))
            return tried;
        if (node.Controller is null)
            return Later(tried, node.ExpiresAt ?? Never);
        var held = now - (node.LockedSince ?? now);
        return Usual(node.MachineType, held) is { } length ? Later(tried, (node.LockedSince ?? now) + length) : Never;
    }

    // The median of those turns that lasted longer than this one does already; one that outlasts them all may last as long again.
    private TimeSpan? Usual(string machineType, TimeSpan already)
    {
        if (!_lengths.TryGetValue(machineType, out var lengths))
            return null;
        var longer = lengths.Where(length => length > already).ToList();
        return longer.Count > 0 ? longer[longer.Count / 2] : 2 * already;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
