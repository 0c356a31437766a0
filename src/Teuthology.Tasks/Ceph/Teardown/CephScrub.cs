using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Teuthology.Tasks;

/// <summary>Scrubs every placement group deeply and waits until all were: the last look at the data before the cluster goes.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="time">Clock of the pauses; stamps are compared with the cluster's own clock.</param>
/// <param name="log">Told now and then how far it is: a scrub may take a minute in which nothing else happens.</param>
internal sealed class CephScrub(CephCluster cluster, TimeProvider time, ILogger log)
{
    private const int AskAgainAfter = 30;
    private const int GiveUpAfter = 400;
    private const int TellAfter = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await cluster.Health.CleanAsync(cancellationToken);
        var before = await StampsAsync(cancellationToken);
        foreach (var osd in cluster.Layout.Osds)
        {
            await cluster.Commands.AskAsync("mgr", new JsonObject { ["prefix"] = "osd deep-scrub", ["who"] = osd.Id, ["target"] = new JsonArray("mgr", "") }, cancellationToken);
        }

        CephLog.Note(log, $"cluster {cluster.Name}: scrubbing {before.Count} placement groups");
        int rounds = 0, left = before.Count, untold = 0;
        while (left > 0)
        {
            await Task.Delay(Pause, time, cancellationToken);
            var now = await StampsAsync(cancellationToken);
            var todo = now.Where(pg => before.TryGetValue(pg.Key, out var old) && pg.Value <= old).Select(pg => pg.Key).ToList();
            rounds = todo.Count < left ? 0 : rounds + 1;
            left = todo.Count;
            if (left > 0 && ++untold % TellAfter == 0)
                CephLog.Note(log, $"cluster {cluster.Name}: {left} of {before.Count} placement groups are still to be scrubbed");
            if (rounds > GiveUpAfter)
                throw new TeuthologyException(FailureKind.Timeout, $"Exiting scrub checking -- not all pgs scrubbed. Left: {string.Join(' ', todo)}");
            if (rounds > 0 && rounds % AskAgainAfter == 0)
            {
                foreach (var pg in todo)
                    await cluster.Commands.AskAsync("mgr", new JsonObject { ["prefix"] = "pg deep-scrub", ["pgid"] = pg, ["target"] = new JsonArray("mgr", "") }, cancellationToken);
            }
        }
    }

    private async Task<Dictionary<string, DateTimeOffset>> StampsAsync(CancellationToken cancellationToken)
    {
        var dump = await cluster.Commands.JsonAsync("pg dump", cancellationToken, to: "mgr");
        var pgs = dump["pg_map"]?["pg_stats"] as JsonArray ?? dump["pg_stats"] as JsonArray ?? [];
        return pgs.ToDictionary(
            pg => (string)pg!["pgid"]!,
            pg => DateTimeOffset.Parse((string)pg!["last_deep_scrub_stamp"]!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
    }
}
