using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary>The stores that a person means by “the lab”: that of the site, and that of this host's own machines where it is another one.</summary>
internal static class LeaseStores
{
    /// <summary>Asks each of them.</summary>
    public static async Task<List<T>> AskAsync<T>(Terminal terminal, Func<LeaseStore, Task<IReadOnlyList<T>>> ask)
    {
        var options = LabSettings.ReadWithStore(terminal);
        List<T> answers = [];
        foreach (var place in new[] { options.Store!, StorePlace.OfHost(options.StateDirectory) }.Distinct(StringComparer.Ordinal))
        {
            await using var store = new LeaseStore(place, terminal.Time) { LocalDirectory = options.StateDirectory };
            answers.AddRange(await ask(store));
        }

        return answers;
    }
}
