using System.Globalization;
using System.Text.Json.Nodes;

namespace Teuthology.Tasks;

/// <summary>Which OSDs a thrasher has in, out, alive and dead, and how they become so.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="options">What the thrasher was told.</param>
/// <param name="random">Its choices.</param>
/// <param name="say">Its log.</param>
internal sealed class OsdPopulation(CephCluster cluster, OsdThrashOptions options, Random random, Action<string> say)
{
    public List<int> In { get; } = [];

    public List<int> Out { get; } = [];

    public List<int> Live { get; } = [];

    public List<int> Dead { get; } = [];

    public async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var (osd, state) in await cluster.OsdStatesAsync(cancellationToken))
            (state.In ? In : Out).Add(osd);
        Live.AddRange(cluster.LiveOsds);
        Dead.AddRange(cluster.Layout.Osds.Select(Number).Except(Live));
    }

    /// <summary>Kills one of those that live, at random where none is named; with so much luck by having it crash at a disk.</summary>
    public async Task<int> KillAsync(int? which, CancellationToken cancellationToken)
    {
        var osd = which ?? Pick(Live);
        say($"killing osd.{osd}, live are {Text(Live)}");
        Live.Remove(osd);
        Dead.Add(osd);
        if (options.InjectCrash > 0 && random.NextDouble() < options.InjectCrashProbability)
            await CrashAsync(cluster.Osd(osd), cancellationToken);
        else
            await cluster.KillAsync(cluster.Osd(osd), cancellationToken);
        return osd;
    }

    public async Task ReviveAsync(int? which, CancellationToken cancellationToken)
    {
        var osd = which ?? Pick(Dead);
        say($"reviving osd.{osd}");
        await cluster.ReviveAsync(cluster.Osd(osd), options.ReviveTimeout, cancellationToken);
        Dead.Remove(osd);
        Live.Add(osd);
        if (options.RandomEio > 0)
            await EioAsync(osd, options.RandomEio, cancellationToken);
    }

    public async Task OutAsync(int? which, CancellationToken cancellationToken)
    {
        var osd = which ?? Pick(In);
        say($"removing osd.{osd}, in are {Text(In)}");
        await cluster.MarkAsync("out", cluster.Osd(osd), cancellationToken);
        In.Remove(osd);
        Out.Add(osd);
    }

    /// <summary>Puts one in that is out; a dead one is revived instead.</summary>
    public async Task InAsync(int? which, CancellationToken cancellationToken)
    {
        var osd = which ?? Pick(Out);
        if (Dead.Contains(osd))
        {
            await ReviveAsync(osd, cancellationToken);
            return;
        }

        say($"adding osd.{osd}");
        Out.Remove(osd);
        In.Add(osd);
        await cluster.MarkAsync("in", cluster.Osd(osd), cancellationToken);
    }

    public Task ReweightAsync(int osd, double weight, CancellationToken cancellationToken) =>
        cluster.Commands.MonAsync("osd reweight", new JsonObject { ["id"] = osd, ["weight"] = CephNumber.Real(weight) }, cancellationToken);

    public Task AffinityAsync(int osd, double weight, CancellationToken cancellationToken) =>
        cluster.Commands.MonAsync("osd primary-affinity", new JsonObject { ["id"] = osd, ["weight"] = CephNumber.Real(weight) }, cancellationToken);

    public async Task EioAsync(int osd, double probability, CancellationToken cancellationToken)
    {
        foreach (var option in new[] { "filestore_debug_random_read_err", "bluestore_debug_random_read_err" })
            await cluster.Osd(osd).SetAsync(option, probability.ToString(CultureInfo.InvariantCulture), cancellationToken);
    }

    public async Task AllUpAsync(CancellationToken cancellationToken)
    {
        while (Dead.Count > 0)
            await ReviveAsync(Dead[0], cancellationToken);
        while (Out.Count > 0)
            await InAsync(Out[0], cancellationToken);
    }

    public async Task AllUpInAsync(CancellationToken cancellationToken)
    {
        await AllUpAsync(cancellationToken);
        foreach (var osd in Live)
        {
            await ReweightAsync(osd, 1, cancellationToken);
            await AffinityAsync(osd, 1, cancellationToken);
        }
    }

    public T Pick<T>(IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    public static string Text(IEnumerable<int> osds) => $"[{string.Join(' ', osds)}]";

    private static int Number(CephDaemon osd) => int.Parse(osd.Id, CultureInfo.InvariantCulture);

    private async Task CrashAsync(CephDaemon osd, CancellationToken cancellationToken)
    {
        say($"having {osd.Role} crash");
        await osd.SetAsync("bdev_inject_crash", options.InjectCrash.ToString(CultureInfo.InvariantCulture), cancellationToken);
        var result = await cluster.Processes.WaitAsync(osd, cancellationToken).WaitAsync(TimeSpan.FromSeconds(300), cluster.Job.Time, cancellationToken);
        if (result.ExitStatus == 0)
            throw new TeuthologyException(FailureKind.Product, $"{osd.Role} did not fail");
    }
}
