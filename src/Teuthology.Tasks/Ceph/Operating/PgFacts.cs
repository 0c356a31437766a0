using System.Globalization;
using System.Text.Json.Nodes;

namespace Teuthology.Tasks;

/// <summary>One placement group as the manager last heard of it.</summary>
/// <param name="Id">Pool number, dot, seed in hexadecimal, e.g. <c>2.1f</c>.</param>
/// <param name="State">Its state.</param>
/// <param name="Up">OSDs that should have it.</param>
/// <param name="Acting">OSDs that serve it, the primary first.</param>
/// <param name="Objects">Objects in it.</param>
/// <param name="Unfound">Objects whose newest version no OSD that is up has.</param>
/// <param name="LastScrub">When it was last scrubbed.</param>
/// <param name="LastDeepScrub">When it was last scrubbed deeply.</param>
public sealed record PgFacts(string Id, PgState State, IReadOnlyList<int> Up, IReadOnlyList<int> Acting, long Objects, long Unfound, DateTimeOffset LastScrub, DateTimeOffset LastDeepScrub)
{
    /// <summary>Number of its pool.</summary>
    public int Pool => int.Parse(Id.Split('.')[0], CultureInfo.InvariantCulture);

    internal static PgFacts Read(JsonNode pg) => new(
        (string)pg["pgid"]!,
        new PgState((string)pg["state"]!),
        [.. (pg["up"] as JsonArray ?? []).Select(o => (int)o!)],
        [.. (pg["acting"] as JsonArray ?? []).Select(o => (int)o!)],
        (long?)pg["stat_sum"]?["num_objects"] ?? 0,
        (long?)pg["stat_sum"]?["num_objects_unfound"] ?? 0,
        Stamp(pg["last_scrub_stamp"]),
        Stamp(pg["last_deep_scrub_stamp"]));

    private static DateTimeOffset Stamp(JsonNode? node) => DateTimeOffset.Parse((string)node!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
