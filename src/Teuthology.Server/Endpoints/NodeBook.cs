using System.Text.Json;
using Teuthology.Lab;

namespace Teuthology.Server;

/// <summary>
/// All machines as <c>/nodes/</c> answers them, kept as written until anybody changes the store: a lab's tools and pages ask for them all day. Each answer
/// first looks whether the store still is as it was, so what another server or program wrote is seen at once.
/// </summary>
/// <param name="store">The machines.</param>
/// <param name="time">The clock by which leases end.</param>
internal sealed class NodeBook(LeaseStore store, TimeProvider time)
{
    private static readonly byte[] Open = "["u8.ToArray();
    private static readonly byte[] Next = ","u8.ToArray();
    private static readonly byte[] Close = "]"u8.ToArray();
    private Page _page = new("", DateTimeOffset.MinValue, [], []);

    /// <summary>The answer: a JSON list.</summary>
    /// <param name="query">Which machines.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ReadOnlyMemory<byte>> ListAsync(NodeQuery query, CancellationToken cancellationToken)
    {
        var page = await PageAsync(cancellationToken);
        return query.IsAll ? page.All : Join(page.Entries.Where(entry => query.Fits(entry.Node)).Take(query.Count ?? int.MaxValue));
    }

    // The mark comes first: whatever is written while the machines are read belongs to a later one.
    private async Task<Page> PageAsync(CancellationToken cancellationToken)
    {
        var mark = await store.MarkAsync(cancellationToken);
        var now = time.GetUtcNow();
        var last = Volatile.Read(ref _page);
        if (last.Mark == mark && now < last.Until)
            return last;
        var nodes = (await store.ListAsync(cancellationToken)).Select(node => node.At(now)).ToList();
        var entries = Write(nodes, last);
        var ends = nodes.Where(node => node.Locked).Min(node => node.ExpiresAt) ?? DateTimeOffset.MaxValue;
        var page = new Page(mark, ends, entries, Join(entries));
        Volatile.Write(ref _page, page);
        return page;
    }

    // Of most machines nothing is new.
    private static List<Entry> Write(List<NodeRecord> nodes, Page last)
    {
        var byName = nodes.ToDictionary(node => node.Name, StringComparer.Ordinal);
        var known = last.Entries.ToDictionary(entry => entry.Node.Name, StringComparer.Ordinal);
        return [.. nodes.Select(node =>
        {
            var host = node.VmHost is { } name ? byName.GetValueOrDefault(name) : null;
            return known.TryGetValue(node.Name, out var entry) && entry.Node == node && entry.Host == host
                ? entry
                : new Entry(node, host, JsonSerializer.SerializeToUtf8Bytes(NodeWire.Write(node, host)));
        })];
    }

    private static byte[] Join(IEnumerable<Entry> entries)
    {
        List<byte[]> parts = [Open];
        foreach (var entry in entries)
        {
            if (parts.Count > 1)
                parts.Add(Next);
            parts.Add(entry.Json);
        }

        parts.Add(Close);
        var answer = new byte[parts.Sum(part => part.Length)];
        var at = 0;
        foreach (var part in parts)
        {
            part.CopyTo(answer, at);
            at += part.Length;
        }

        return answer;
    }

    private sealed record Entry(NodeRecord Node, NodeRecord? Host, byte[] Json);

    private sealed record Page(string Mark, DateTimeOffset Until, IReadOnlyList<Entry> Entries, byte[] All);
}
