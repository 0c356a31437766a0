using System.Text.Json.Nodes;

namespace Teuthology.Tasks;

/// <summary>What <c>ceph status</c> tells, reduced to what is waited for.</summary>
/// <param name="Health">HEALTH_OK, HEALTH_WARN or HEALTH_ERR.</param>
/// <param name="Checks">The health checks that speak: code and summary.</param>
/// <param name="MgrAvailable">A manager is active.</param>
/// <param name="OsdsUp">OSDs that are up.</param>
/// <param name="Pgs">Placement groups known to the manager.</param>
/// <param name="PgsClean">Those that are active and clean and not stale.</param>
/// <param name="Quorum">Monitors in the quorum.</param>
/// <param name="Moving">Recovery moves something.</param>
public sealed record CephStatus(string Health, IReadOnlyList<string> Checks, bool MgrAvailable, int OsdsUp, int Pgs, int PgsClean, int Quorum, bool Moving)
{
    /// <summary>How many placement groups there are in each state, such as <c>active+recovering</c>.</summary>
    public IReadOnlyList<(PgState State, int Count)> States { get; init; } = [];

    /// <summary>Placement groups that are all of one kind.</summary>
    /// <param name="matches">The kind.</param>
    public int PgsThat(Func<PgState, bool> matches) => States.Where(s => matches(s.State)).Sum(s => s.Count);

    /// <summary>Reads the document.</summary>
    /// <param name="status">Output of <c>ceph status --format json</c>.</param>
    public static CephStatus Read(JsonNode status)
    {
        var pgmap = status["pgmap"];
        var states = (pgmap?["pgs_by_state"] as JsonArray ?? []).Select(s => (State: new PgState((string)s!["state_name"]!), Count: (int)s["count"]!)).ToList();

        var checks = (status["health"]?["checks"] as JsonObject ?? [])
            .Select(c => $"{c.Key}: {(string?)c.Value?["summary"]?["message"]}");
        return new CephStatus(
            (string?)status["health"]?["status"] ?? "",
            [.. checks],
            (bool?)status["mgrmap"]?["available"] ?? false,
            (int?)status["osdmap"]?["num_up_osds"] ?? 0,
            (int?)pgmap?["num_pgs"] ?? 0,
            states.Where(s => s.State.Clean).Sum(s => s.Count),
            (status["quorum"] as JsonArray)?.Count ?? 0,
            new[] { "recovering_keys_per_sec", "recovering_bytes_per_sec", "recovering_objects_per_sec" }.Any(k => (long?)pgmap?[k] > 0))
        {
            States = states,
        };
    }

    /// <summary>One line for logs and error texts.</summary>
    public override string ToString() =>
        $"{Health}{(Checks.Count == 0 ? "" : $" ({string.Join("; ", Checks)})")}, mgr {(MgrAvailable ? "active" : "not available")}, {OsdsUp} OSDs up, {PgsClean} of {Pgs} PGs active+clean{Others}, {Quorum} mons in quorum";

    private string Others => States.Any(s => s.State.Text != "active+clean")
        ? $" ({string.Join(", ", States.Where(s => s.State.Text != "active+clean").Select(s => $"{s.Count} {s.State}"))})"
        : "";
}
