using System.Text.Json.Nodes;

namespace Teuthology.Tasks;

/// <summary>A file system's metadata servers, as the monitors see them.</summary>
/// <param name="MaxMds">Ranks that it shall have.</param>
/// <param name="Failed">Ranks without a server.</param>
/// <param name="Servers">The servers that have a rank.</param>
/// <param name="Standby">Names of those that stand by, of all file systems.</param>
internal sealed record MdsMap(int MaxMds, IReadOnlyList<int> Failed, IReadOnlyList<MdsMap.Server> Servers, IReadOnlyList<string> Standby)
{
    public int Active => Servers.Count(s => s.State == "up:active");

    /// <summary>The map of one file system; null when it is gone.</summary>
    public static async Task<MdsMap?> ReadAsync(CephCluster cluster, string name, CancellationToken cancellationToken)
    {
        var dump = await cluster.Commands.JsonAsync("fs dump", cancellationToken);
        var map = (dump["filesystems"] as JsonArray ?? []).Select(f => f!["mdsmap"]!).FirstOrDefault(m => (string?)m["fs_name"] == name);
        if (map is null)
            return null;
        var servers = (map["info"] as JsonObject ?? []).Select(i => new Server(
            (string)i.Value!["name"]!, (long)i.Value["gid"]!, (int)i.Value["rank"]!, (string)i.Value["state"]!, i.Value["laggy_since"] is not null));
        return new MdsMap(
            (int)map["max_mds"]!,
            [.. (map["failed"] as JsonArray ?? []).Select(r => (int)r!)],
            [.. servers],
            [.. (dump["standbys"] as JsonArray ?? []).Select(s => (string)s!["name"]!)]);
    }

    /// <summary>Names of all file systems.</summary>
    public static async Task<IReadOnlyList<string>> NamesAsync(CephCluster cluster, CancellationToken cancellationToken) =>
        [.. (await cluster.Commands.JsonAsync("fs ls", cancellationToken) as JsonArray ?? []).Select(f => (string)f!["name"]!)];

    /// <summary>A metadata server.</summary>
    /// <param name="Name">Its id.</param>
    /// <param name="Gid">Number of this life of it.</param>
    /// <param name="Rank">What it serves.</param>
    /// <param name="State">E.g. up:active.</param>
    /// <param name="Laggy">The monitors have not heard of it for some time.</param>
    internal sealed record Server(string Name, long Gid, int Rank, string State, bool Laggy);
}
