using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>What a thrasher does to the object stores of dead OSDs: export and import of placement groups, other shardings of BlueStore's database.</summary>
internal sealed class OsdStores(CephCluster cluster, OsdThrashOptions options, OsdPopulation osds, Random random, Action<string> say)
{
    // Refusals that are an answer: older OSD, pool gone, incompatible, group merged away
    private static readonly int[] Refusals = [1, 10, 11, 12];
    private static readonly string[] Columns = ["m", "O", "P", "L"];
    private bool _tool;

    public bool CanReshard => cluster.Conf.Get("osd", "osd objectstore") is "bluestore";

    public async Task LookAsync(CancellationToken cancellationToken)
    {
        _tool = options.ObjectstoreTool;
        foreach (var host in cluster.Layout.Osds.Select(o => o.Remote).Distinct())
            _tool = _tool && (await host.RunAsync(RemoteCommand.Script("command -v ceph-objectstore-tool") with { Sudo = true, CheckStatus = false, Quiet = true }, cancellationToken)).ExitStatus == 0;
        if (options.ObjectstoreTool && !_tool)
            say("no ceph-objectstore-tool on all hosts: stores are left alone");
    }

    /// <summary>Moves a placement group of a dead OSD by way of a file, to the one that was killed just now or back to where it was.</summary>
    public async Task ExerciseAsync(int killed, CancellationToken cancellationToken)
    {
        if (!_tool)
            return;
        var (from, to) = (killed, killed);
        var others = osds.Dead.Where(o => o != killed).ToList();
        if (others.Count > 0 && random.NextDouble() < options.MovePg)
            from = osds.Pick(others);
        var pgs = await ObjectstoreTool.PgsAsync(cluster, cluster.Osd(from), cancellationToken);
        if (pgs.Count == 0)
            return;
        var pg = osds.Pick(pgs);
        if (from != to && (await ObjectstoreTool.PgsAsync(cluster, cluster.Osd(to), cancellationToken)).Contains(pg, StringComparer.Ordinal))
            to = from;
        var file = $"/var/log/ceph/exp.{pg}.{from}";
        var (source, target) = (cluster.Osd(from), cluster.Osd(to));
        say($"moving {pg} from osd.{from} to osd.{to}");
        await ObjectstoreTool.RunAsync(cluster, source, ["--op", "export", "--pgid", pg, "--file", file], cancellationToken);
        await ObjectstoreTool.RunAsync(cluster, source, ["--force", "--op", "remove", "--pgid", pg], cancellationToken);
        if (source.Remote != target.Remote)
        {
            await source.Remote.RunAsync(RemoteCommand.Args("chmod", "0644", file) with { Sudo = true }, cancellationToken);
            await source.Remote.CopyToAsync(file, target.Remote, $"/tmp/exp.{pg}.{from}", cancellationToken);
        }

        var there = source.Remote == target.Remote ? file : $"/tmp/exp.{pg}.{from}";
        var import = await ObjectstoreTool.TryAsync(cluster, target, ["--op", "import", "--file", there], cancellationToken);
        if (import.ExitStatus != 0 && !Refusals.Contains(import.ExitStatus))
            throw new TeuthologyException(FailureKind.Product, $"import of {pg} to osd.{to} failed with status {import.ExitStatus}: {import.Stderr.Trim()}");
        foreach (var (host, path) in new[] { (source.Remote, file), (target.Remote, there) })
            await host.RunAsync(RemoteCommand.Args("rm", "-f", path) with { Sudo = true }, cancellationToken);

        if (cluster.Conf.Get("osd", "osd objectstore") is not "filestore")
            return;
        foreach (var pool in cluster.Pools.Known)
            await ObjectstoreTool.TryAsync(cluster, target, ["--op", "apply-layout-settings", "--pool", pool], cancellationToken);
    }

    /// <summary>Kills an OSD, shards its database anew, checks it, and revives it.</summary>
    public async Task ReshardAsync(CancellationToken cancellationToken)
    {
        var number = await osds.KillAsync(null, cancellationToken);
        var osd = cluster.Osd(number);
        await cluster.MarkAsync("down", osd, cancellationToken);
        if (osds.In.Contains(number))
            await osds.OutAsync(number, cancellationToken);
        if ((await BluestoreAsync(osd, ["show-sharding"], check: false, cancellationToken)).ExitStatus == 0)
        {
            var sharding = options.BluestoreNewSharding == "random" ? string.Join(' ', Columns.Where(_ => random.NextDouble() < .7).Select(c => $"{c}({random.Next(1, 6)})")) : options.BluestoreNewSharding;
            say($"sharding osd.{number} anew: '{sharding}'");
            await BluestoreAsync(osd, ["--sharding", sharding, "reshard"], check: true, cancellationToken);
            await BluestoreAsync(osd, ["fsck"], check: true, cancellationToken);
        }

        await osds.ReviveAsync(number, cancellationToken);
    }

    private static Task<CommandResult> BluestoreAsync(CephDaemon osd, string[] words, bool check, CancellationToken cancellationToken) => osd.Remote.RunAsync(
        RemoteCommand.Args(["ceph-bluestore-tool", "--no-mon-config", $"--log-file=/var/log/ceph/bluestore_tool.{osd.Id}.log", "--log-level=10", "--path", osd.DataDirectory, .. words])
            with { Sudo = true, CheckStatus = check, Label = $"ceph-bluestore-tool {words[^1]} of {osd.Role}" },
        cancellationToken);
}
