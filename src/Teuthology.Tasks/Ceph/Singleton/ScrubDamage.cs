using System.Text.Json.Nodes;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>One way to damage a copy of an object, and what a deep scrub must say of it.</summary>
/// <param name="Name">In words.</param>
/// <param name="Errors">Errors that <c>rados list-inconsistent-obj</c> must tell of the object.</param>
/// <param name="Act">Does it, to the object's copy in one OSD.</param>
internal sealed record ScrubDamage(string Name, IReadOnlyList<string> Errors, Func<ScrubVictim, CancellationToken, Task> Act)
{
    private const string Data = "/tmp/scrub-test-data";

    /// <summary>Omap entries that go, come and change while the OSD runs; data and the object itself in a store that is not mounted.</summary>
    public static IReadOnlyList<ScrubDamage> All { get; } =
    [
        new("an omap key removed", ["omap_digest_mismatch"], (v, ct) => SocketAsync(v, "rmomapkey", new JsonObject { ["key"] = ScrubVictim.Key }, ct)),
        new("an omap key added", ["omap_digest_mismatch"], (v, ct) => SocketAsync(v, "setomapval", new JsonObject { ["key"] = "badkey", ["val"] = "badval" }, ct)),
        new("an omap value changed", ["omap_digest_mismatch"], (v, ct) => SocketAsync(v, "setomapval", new JsonObject { ["key"] = ScrubVictim.Key, ["val"] = "badval" }, ct)),
        new("the omap header changed", ["omap_digest_mismatch"], (v, ct) => SocketAsync(v, "setomapheader", new JsonObject { ["header"] = "badhdr" }, ct)),
        new("data appended", ["data_digest_mismatch", "size_mismatch"], (v, ct) => StoreAsync(v, $"printf x >> {Data}", ct)),
        new("data cut off", ["data_digest_mismatch", "size_mismatch"], (v, ct) => StoreAsync(v, $"truncate -s 1 {Data}", ct)),
        new("data changed", ["data_digest_mismatch"], (v, ct) => StoreAsync(v, $"printf '\\000' | dd of={Data} bs=1 count=1 conv=notrunc status=none", ct)),
        new("the object removed", ["missing"], (v, ct) => StoreAsync(v, null, ct)),
    ];

    private static async Task SocketAsync(ScrubVictim victim, string command, JsonObject arguments, CancellationToken cancellationToken)
    {
        (arguments["pool"], arguments["objname"], arguments["format"]) = (victim.Pool, ScrubVictim.Object, "plain");
        var answer = await victim.Osd.TrySocketAsync(command, arguments, cancellationToken);
        if (answer is null || answer.Contains("rror", StringComparison.Ordinal))
            throw new TeuthologyException(FailureKind.Product, $"{victim.Osd.Role}: {command}: {answer ?? "nobody listens"}");
    }

    /// <summary>Takes the data out, has a command change it and puts it back; without a command the object goes.</summary>
    private static async Task StoreAsync(ScrubVictim victim, string? change, CancellationToken cancellationToken)
    {
        var (cluster, osd) = (victim.Cluster, victim.Osd);
        await cluster.KillAsync(osd, cancellationToken);
        var id = (await ObjectstoreTool.RunAsync(cluster, osd, ["--pgid", victim.Pg, "--op", "list", ScrubVictim.Object], cancellationToken)).Trim();
        if (change is null)
        {
            await ObjectstoreTool.RunAsync(cluster, osd, [id, "remove"], cancellationToken);
        }
        else
        {
            await ObjectstoreTool.RunAsync(cluster, osd, [id, "get-bytes", Data], cancellationToken);
            await osd.Remote.RunAsync(RemoteCommand.Args("sh", "-c", change) with { Sudo = true, Label = "damage" }, cancellationToken);
            await ObjectstoreTool.RunAsync(cluster, osd, [id, "set-bytes", Data], cancellationToken);
            await osd.Remote.RunAsync(RemoteCommand.Args("rm", "-f", Data) with { Sudo = true }, cancellationToken);
        }

        await cluster.ReviveAsync(osd, null, cancellationToken);
        await cluster.Health.OsdsUpAsync(cancellationToken);
        await cluster.Health.FlushStatisticsAsync(cancellationToken);
        await cluster.Health.ActiveAsync(TimeSpan.FromSeconds(300), cancellationToken);
    }
}
