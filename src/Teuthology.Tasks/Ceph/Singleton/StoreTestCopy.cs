using System.Text.Json;
using System.Text.Json.Nodes;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>A copy of an object, or a part of it, in the store of an OSD that is down.</summary>
/// <param name="Pool">Its pool.</param>
/// <param name="Osd">The OSD.</param>
/// <param name="Pg">Its group, with the shard where the pool is erasure-coded.</param>
/// <param name="Object">Its name.</param>
/// <param name="Id">What <c>ceph-objectstore-tool</c> calls it: a line of <c>--op list</c>.</param>
internal sealed record StoreTestCopy(StoreTestPool Pool, CephDaemon Osd, string Pg, string Object, string Id)
{
    private const string File = "/tmp/store-test-file";

    /// <summary>All copies of a pool's objects in an OSD.</summary>
    public static async Task<IReadOnlyList<StoreTestCopy>> ListAsync(CephCluster cluster, CephDaemon osd, StoreTestPool pool, CancellationToken cancellationToken)
    {
        var names = pool.Names.ToHashSet(StringComparer.Ordinal);
        var lines = (await ObjectstoreTool.RunAsync(cluster, osd, ["--op", "list"], cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => Read(osd, pool, line)).Where(copy => names.Contains(copy.Object))];
    }

    // The tool writes some keys twice, which only a document bears
    private static StoreTestCopy Read(CephDaemon osd, StoreTestPool pool, string line)
    {
        using var document = JsonDocument.Parse(line);
        return new StoreTestCopy(pool, osd, document.RootElement[0].GetString()!, document.RootElement[1].GetProperty("oid").GetString()!, line);
    }

    /// <summary>Its attributes and omap must be as they were written; its data too, and can be changed and put back.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        Expect("list-attrs", (await ToolAsync(["list-attrs"], cancellationToken)).Split('\n').Contains("_attr"));
        Expect("get-attr", await ToolAsync(["get-attr", "_attr"], cancellationToken) == $"attr of {Object}");
        if (Pool.Coded)
            return;
        Expect("get-omaphdr", await ToolAsync(["get-omaphdr"], cancellationToken) == $"header of {Object}");
        Expect("list-omap", (await ToolAsync(["list-omap"], cancellationToken)).Split('\n').Contains("key"));
        Expect("get-omap", await ToolAsync(["get-omap", "key"], cancellationToken) == $"value of {Object}");
        var data = StoreTestPool.Data(Object);
        Expect("get-bytes", await ToolAsync(["get-bytes"], cancellationToken) == data);
        await SetAsync("other data\n", cancellationToken);
        Expect("get-bytes after set-bytes", await ToolAsync(["get-bytes"], cancellationToken) == "other data\n");
        await SetAsync(data, cancellationToken);
    }

    /// <summary>Its group must tell of itself, and can be exported, removed and imported.</summary>
    public async Task MoveOutAndInAsync(CancellationToken cancellationToken)
    {
        var info = JsonNode.Parse(await RunAsync(["--op", "info", "--pgid", Pg], cancellationToken));
        Expect("info", (string?)info?["pgid"] == Pg);
        Expect("log", JsonNode.Parse(await RunAsync(["--op", "log", "--pgid", Pg], cancellationToken))?["pg_log_t"] is not null);
        await RunAsync(["--op", "export", "--pgid", Pg, "--file", File], cancellationToken);
        await RunAsync(["--op", "remove", "--force", "--pgid", Pg], cancellationToken);
        Expect("list-pgs after remove", !(await ObjectstoreTool.PgsAsync(Pool.Cluster, Osd, cancellationToken)).Contains(Pg));
        await RunAsync(["--op", "import", "--file", File], cancellationToken);
        Expect("list-pgs after import", (await ObjectstoreTool.PgsAsync(Pool.Cluster, Osd, cancellationToken)).Contains(Pg));
        await Osd.Remote.RunAsync(RemoteCommand.Args("rm", "-f", File) with { Sudo = true }, cancellationToken);
    }

    private async Task SetAsync(string data, CancellationToken cancellationToken)
    {
        await Osd.Remote.SudoWriteFileAsync(File, data, "0644", "root:root", cancellationToken);
        await ToolAsync(["set-bytes", File], cancellationToken);
    }

    private Task<string> ToolAsync(IReadOnlyList<string> words, CancellationToken cancellationToken) => RunAsync([Id, .. words], cancellationToken);

    private Task<string> RunAsync(IReadOnlyList<string> words, CancellationToken cancellationToken) => ObjectstoreTool.RunAsync(Pool.Cluster, Osd, words, cancellationToken);

    private void Expect(string what, bool right)
    {
        if (!right)
            throw new TeuthologyException(FailureKind.Product, $"ceph-objectstore-tool {what}: {Object} of pg {Pg} in {Osd.Role} is not as it was written");
    }
}
