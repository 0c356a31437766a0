using Teuthology.Testing;

namespace Teuthology.LockTest;

/// <summary>A link for each client to a server, which can be cut, stalled, or lose what the server answers.</summary>
internal sealed class ClientLinks : IAsyncDisposable
{
    private readonly TcpCut[] _links;

    public ClientLinks(int port, int clients) => _links = [.. Enumerable.Range(0, clients).Select(_ => new TcpCut(port))];

    public int PortOf(int slot) => _links[slot].Port;

    /// <summary>The faults; each hits about a third of the links.</summary>
    public IEnumerable<Fault> Faults(HistoryWriter history) =>
    [
        new("cut-links", 0, 1500, choice => HitAsync(choice, history, link =>
        {
            link.Refuses = true;
            link.Cut();
        }, link => link.Refuses = false)),
        new("stall-links", 300, 3500, choice => HitAsync(choice, history, link => link.Stalls = true, link => link.Stalls = false)),
        new("stall-and-cut-links", 100, 2500, choice => HitAsync(choice, history, link => link.Stalls = true, link =>
        {
            link.Cut();
            link.Stalls = false;
        })),
        new("lose-answers", 100, 1500, choice => HitAsync(choice, history, link => link.SwallowsAnswers = true, link =>
        {
            link.SwallowsAnswers = false;
            link.Cut();
        })),
    ];

    public async ValueTask DisposeAsync()
    {
        foreach (var link in _links)
            await link.DisposeAsync();
    }

    private async Task HitAsync(FaultChoice choice, HistoryWriter history, Action<TcpCut> hurt, Action<TcpCut> mend)
    {
        var hit = _links.Where(_ => choice.Random.Next(3) == 0).ToList();
        history.Note("links", new HistoryValue { Text = string.Join(' ', hit.Select(link => Array.IndexOf(_links, link))) });
        hit.ForEach(hurt);
        await choice.PauseAsync();
        hit.ForEach(mend);
    }
}
