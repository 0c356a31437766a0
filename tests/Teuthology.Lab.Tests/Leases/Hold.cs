using System.Globalization;

namespace Teuthology.Lab.Tests;

/// <summary>A line of the history: who held what from when to when, by the monotonic clock that all processes share.</summary>
internal sealed record Hold(string Client, long Fence, long From, long To, IReadOnlyList<string> Nodes)
{
    public static Hold Parse(string line) => line.Split(' ') is ["hold", var client, var fence, var from, var to, var nodes]
        ? new(client, Number(fence), Number(from), Number(to), nodes.Split(','))
        : throw new FormatException($"not a hold: {line}");

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"hold {Client} {Fence} {From} {To} {string.Join(',', Nodes)}");

    /// <summary>Fails when two held one machine at once, a lease was not whole, or a fence did not grow.</summary>
    public static void Check(IReadOnlyCollection<Hold> history, int count)
    {
        Assert.Equal(history.Count, history.Select(h => h.Fence).Distinct().Count());
        Assert.All(history, h => Assert.Equal(count, h.Nodes.Distinct().Count()));
        foreach (var node in history.SelectMany(h => h.Nodes).Distinct())
        {
            var turns = history.Where(h => h.Nodes.Contains(node)).OrderBy(h => h.From).ToList();
            foreach (var (earlier, later) in turns.Zip(turns.Skip(1)))
            {
                Assert.True(earlier.To <= later.From, $"{node} was held twice: {earlier} and {later}");
                Assert.True(earlier.Fence < later.Fence, $"{node}'s fence did not grow: {earlier} and {later}");
            }
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
