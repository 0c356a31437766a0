using Microsoft.Extensions.Logging;

namespace Teuthology.Tasks;

/// <summary>
/// Kills and revives OSDs, marks them out and in, changes weights, placement groups and recovery, one action after the other, and lets the cluster
/// recover now and then.
/// </summary>
internal sealed class OsdThrasher : Thrasher
{
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);
    private static readonly TimeSpan LastRecovery = TimeSpan.FromSeconds(360);
    private readonly OsdThrashOptions _options;
    private readonly OsdPopulation _osds;
    private readonly OsdStores _stores;
    private readonly PgShaker _pgs;
    private readonly OsdSideLoops _sides;
    private readonly Dictionary<string, string> _saved = new(StringComparer.Ordinal);

    public OsdThrasher(CephCluster cluster, OsdThrashOptions options, ILogger log)
        : base($"thrashosds {cluster.Name}", options.Seed, log, cluster)
    {
        _options = options;
        _osds = new OsdPopulation(cluster, options, Random, Say);
        _stores = new OsdStores(cluster, options, _osds, Random, Say);
        _pgs = new PgShaker(cluster, options, _osds, Random, Say);
        _sides = new OsdSideLoops(cluster, options, new Random(options.Seed), log);
    }

    /// <summary>What happened how often, for the log and for tests.</summary>
    public Dictionary<string, int> Actions { get; } = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (_options.AggressivePgNumChanges)
            await Cluster.CephAsync(["config", "set", "mgr", "mgr_debug_aggressive_pg_num_changes", "true"], cancellationToken);
        if (_options.PgUpmap > 0)
            await Cluster.TryCephAsync(["osd", "set-require-min-compat-client", "luminous"], cancellationToken);
        await Cluster.Health.CleanAsync(cancellationToken);
        await _osds.LookAsync(cancellationToken);
        await _stores.LookAsync(cancellationToken);
        const string interval = "mon_osd_down_out_interval";
        _saved[interval] = await Cluster.Layout.Mons[0].GetAsync(interval, cancellationToken);
        foreach (var mon in Cluster.Layout.Mons)
            await mon.SetAsync(interval, "0", cancellationToken);
        if (_options.RandomEio > 0)
        {
            foreach (var osd in _osds.Live)
                await _osds.EioAsync(osd, _options.RandomEio, cancellationToken);
        }
    }

    protected override async Task ThrashAsync(CancellationToken cancellationToken)
    {
        _sides.Start();
        while (!Stopping)
        {
            Say($"in {OsdPopulation.Text(_osds.In)} out {OsdPopulation.Text(_osds.Out)} live {OsdPopulation.Text(_osds.Live)} dead {OsdPopulation.Text(_osds.Dead)}");
            if (Chance(_options.OpDelay / _options.CleanInterval))
                await RecoverAsync(cancellationToken);
            var (name, action) = Choose();
            Actions[name] = Actions.GetValueOrDefault(name) + 1;
            await action(cancellationToken);
            await PauseAsync(_options.OpDelay);
        }
    }

    protected override async Task MendAsync(CancellationToken cancellationToken)
    {
        await _sides.StopAsync(cancellationToken);
        await _osds.AllUpAsync(cancellationToken);
        if (_options.RandomEio > 0)
        {
            foreach (var osd in _osds.Live)
                await _osds.EioAsync(osd, 0, cancellationToken);
        }

        await _pgs.FixAsync(cancellationToken);
        foreach (var mon in Cluster.Layout.Mons.Where(Cluster.Processes.Runs))
        {
            foreach (var (option, value) in _saved)
                await mon.SetAsync(option, value, cancellationToken);
        }

        await _osds.AllUpInAsync(cancellationToken);
        await Cluster.Health.OsdsUpAsync(cancellationToken);
        await Cluster.Health.FlushStatisticsAsync(cancellationToken);
        await Cluster.Health.RecoveredAsync(_options.Timeout ?? LastRecovery, cancellationToken);
        if (_options.AggressivePgNumChanges)
            await Cluster.TryCephAsync(["config", "rm", "mgr", "mgr_debug_aggressive_pg_num_changes"], cancellationToken);
        Say("did " + string.Join(", ", Actions.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key} {a.Value}")));
    }

    private async Task RecoverAsync(CancellationToken cancellationToken)
    {
        while (_osds.Dead.Count > _options.MaxDead)
            await _osds.ReviveAsync(null, cancellationToken);
        foreach (var osd in _osds.In)
            await _osds.ReweightAsync(osd, 1, cancellationToken);
        Say("recovering");
        if (_osds.Live.Count > 5 && Chance(_options.MapDiscontinuity))
            await DiscontinuityAsync(cancellationToken);
        else
            await Cluster.Health.RecoveredAsync(_options.Timeout ?? Patience, cancellationToken);
        await PauseAsync(_options.CleanWait);
        if (_options.ScrubInterval > TimeSpan.Zero && Chance(_options.OpDelay / _options.ScrubInterval))
            _sides.StartScrubbing();
    }

    /// <summary>Kills an OSD for so long that the maps it has missed are gone.</summary>
    private async Task DiscontinuityAsync(CancellationToken cancellationToken)
    {
        while (_osds.In.Count < _options.MinIn + 1)
            await _osds.InAsync(null, cancellationToken);
        await Cluster.Health.RecoveredAsync(_options.Timeout ?? Patience, cancellationToken);
        var osd = await _osds.KillAsync(null, cancellationToken);
        await Cluster.DownAsync(Cluster.Osd(osd), TimeSpan.FromMinutes(5), cancellationToken);
        await PauseAsync(_options.MapDiscontinuitySleep);
        await Cluster.Health.RecoveredAsync(_options.Timeout ?? Patience, cancellationToken);
        await _osds.ReviveAsync(osd, cancellationToken);
    }

    private (string Name, Func<CancellationToken, Task> Act) Choose()
    {
        var choices = new List<(string Name, double Weight, Func<CancellationToken, Task> Act)>
        {
            ("out", _osds.In.Count > _options.MinIn ? 1 : 0, ct => _osds.OutAsync(null, ct)),
            ("kill", _osds.Live.Count > _options.MinLive ? _options.Down : 0, KillAsync),
            ("in", _osds.Out.Count > _options.MinOut ? 1.7 : 0, ct => _osds.InAsync(null, ct)),
            ("revive", _osds.Dead.Count > _options.MinDead ? 1 : 0, ct => _osds.ReviveAsync(null, ct)),
            ("primary affinity", _options.PrimaryAffinity && _osds.In.Count > 0 ? 1 : 0, AffinityAsync),
            ("reweight", _osds.In.Count > 0 ? _options.Reweight : 0, ReweightAsync),
            ("grow a pool", _options.PgNumGrow, _pgs.GrowAsync),
            ("shrink a pool", _options.PgNumShrink, _pgs.ShrinkAsync),
            ("fix pgp_num", _options.PgpNumFix, ct => _pgs.FixOneAsync(ct)),
            ("min_size", _options.MinSize, MinSizeAsync),
            ("backfill full", _options.BackfillFull, _pgs.BackfillFullAsync),
            ("cluster full", _options.ClusterFull, _pgs.ClusterFullAsync),
            ("upmap", _options.PgUpmap, _pgs.UpmapAsync),
            ("upmap items", _options.PgUpmap, _pgs.UpmapItemsAsync),
            ("force recovery", _options.ForceRecovery, _pgs.ForceRecoveryAsync),
            ("reshard", _stores.CanReshard && _osds.Live.Count > _options.MinLive && _osds.In.Count > _options.MinIn ? _options.BluestoreReshard : 0, _stores.ReshardAsync),
            ("short pause", _osds.Live.Count > 0 ? _options.InjectPauseShort : 0, ct => PauseOneAsync(_options.PauseShort, isLong: false, ct)),
            ("long pause", _osds.Live.Count > 0 ? _options.InjectPauseLong : 0, ct => PauseOneAsync(_options.PauseLong, isLong: true, ct)),
        };
        var value = Random.NextDouble() * choices.Sum(c => c.Weight);
        foreach (var (name, weight, act) in choices)
        {
            if (value < weight)
                return (name, act);
            value -= weight;
        }

        return ("nothing", _ => Task.CompletedTask);
    }

    private async Task KillAsync(CancellationToken cancellationToken)
    {
        var osd = await _osds.KillAsync(null, cancellationToken);
        await _stores.ExerciseAsync(osd, cancellationToken);
    }

    private async Task AffinityAsync(CancellationToken cancellationToken)
    {
        var osd = Pick(_osds.In);
        var affinity = Random.NextDouble() >= .5 ? Random.NextDouble() : Random.NextDouble() >= .5 ? 1 : 0;
        Say($"setting osd.{osd} primary affinity to {affinity:0.###}");
        await _osds.AffinityAsync(osd, affinity, cancellationToken);
    }

    private async Task ReweightAsync(CancellationToken cancellationToken)
    {
        if (Chance(.5))
        {
            var (osd, weight) = (Pick(_osds.In), (Random.NextDouble() * .9) + .1);
            Say($"reweighting osd.{osd} to {weight:0.###}");
            await _osds.ReweightAsync(osd, weight, cancellationToken);
            return;
        }

        for (var i = 0; i < 5; i++)
        {
            string[] words = ["osd", Chance(.5) ? "test-reweight-by-utilization" : "reweight-by-utilization", Pick(["110", "1000"]), Pick(["0.05", "1.0", "3.0"])];
            await Cluster.TryCephAsync(words, cancellationToken);
        }
    }

    private async Task PauseOneAsync(TimeSpan pause, bool isLong, CancellationToken cancellationToken)
    {
        var osd = Pick(_osds.Live);
        Say($"having osd.{osd} pause for {pause.TotalSeconds:0} s");
        await Cluster.Osd(osd).SetAsync("filestore_inject_stall", $"{pause.TotalSeconds:0}", cancellationToken);
        if (!isLong)
            return;
        await Task.Delay(_options.PauseCheckAfter, Time, cancellationToken);
        await ExpectAsync(osd, up: false, cancellationToken);
        await Task.Delay(pause - _options.PauseCheckAfter + TimeSpan.FromSeconds(20), Time, cancellationToken);
        await ExpectAsync(osd, up: true, cancellationToken);
    }

    private async Task ExpectAsync(int osd, bool up, CancellationToken cancellationToken)
    {
        if ((await Cluster.OsdStatesAsync(cancellationToken))[osd].Up != up)
            throw new TeuthologyException(FailureKind.Product, $"osd.{osd} should be {(up ? "up" : "down")} and is not");
    }

    /// <summary>Kills as many OSDs as the pools must bear, again and again until told to end: what is active or peered must stay so.</summary>
    private async Task MinSizeAsync(CancellationToken cancellationToken)
    {
        Say("testing min_size: all OSDs up and clean");
        await _osds.AllUpAsync(cancellationToken);
        await Cluster.Health.CleanAsync(cancellationToken);
        var (k, m) = await _pgs.ErasureAsync(cancellationToken);
        var (minOut, minDead) = (_options.Given.Out ? _options.MinOut : 1, _options.Given.Dead ? _options.MinDead : 1);
        while (!Stopping)
        {
            while (_osds.Out.Count > minOut)
                await _osds.InAsync(null, cancellationToken);
            var most = Math.Min(_osds.Live.Count - Math.Max(_options.MinLive, k), m);
            if (_osds.Dead.Count > minDead || most <= 0)
            {
                while (_osds.Dead.Count > 0)
                    await _osds.ReviveAsync(null, cancellationToken);
            }
            else
            {
                for (var left = Random.Next(1, most + 1); left > 0; left--)
                    await _osds.KillAsync(null, cancellationToken);
            }

            await _pgs.ServedAsync(cancellationToken);
            await Cluster.Health.CleanAsync(cancellationToken);
            await PauseAsync(_options.OpDelay);
        }

        await _osds.AllUpInAsync(cancellationToken);
    }
}
