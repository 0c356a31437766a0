namespace Teuthology.Tasks;

/// <summary>What <c>thrashosds</c> is told: bounds, pauses, and how likely each action is.</summary>
internal sealed record OsdThrashOptions
{
    public required int MinIn { get; init; }

    public required int MinOut { get; init; }

    public required int MinLive { get; init; }

    public required int MinDead { get; init; }

    public required int MaxDead { get; init; }

    /// <summary>Whether the job gave min_out and min_dead; the test of min_size has other defaults.</summary>
    public required (bool Out, bool Dead) Given { get; init; }

    public required TimeSpan OpDelay { get; init; }

    public required TimeSpan CleanInterval { get; init; }

    /// <summary>Negative or zero: no scrubs.</summary>
    public required TimeSpan ScrubInterval { get; init; }

    public required TimeSpan CleanWait { get; init; }

    /// <summary>How long recovery may make no progress; null: upstream waits for ever, we an hour.</summary>
    public required TimeSpan? Timeout { get; init; }

    public required TimeSpan ReviveTimeout { get; init; }

    public required double Down { get; init; }

    public required double Reweight { get; init; }

    public required bool PrimaryAffinity { get; init; }

    public required double PgNumGrow { get; init; }

    public required double PgNumShrink { get; init; }

    public required double PgpNumFix { get; init; }

    public required int GrowBy { get; init; }

    public required int ShrinkBy { get; init; }

    public required int MaxPgsPerPoolAndOsd { get; init; }

    public required int MinPgsPerPoolAndOsd { get; init; }

    public required double MinSize { get; init; }

    public required double BackfillFull { get; init; }

    public required double MapDiscontinuity { get; init; }

    public required TimeSpan MapDiscontinuitySleep { get; init; }

    public required double BluestoreReshard { get; init; }

    public required string BluestoreNewSharding { get; init; }

    public required double ClusterFull { get; init; }

    public required double PgUpmap { get; init; }

    public required double ForceRecovery { get; init; }

    public required TimeSpan PauseShort { get; init; }

    public required TimeSpan PauseLong { get; init; }

    public required TimeSpan PauseCheckAfter { get; init; }

    public required double InjectPauseShort { get; init; }

    public required double InjectPauseLong { get; init; }

    public required TimeSpan SighupDelay { get; init; }

    public required TimeSpan OpTrackerDelay { get; init; }

    public required bool DumpOps { get; init; }

    public required TimeSpan NoScrubDelay { get; init; }

    public required double RandomEio { get; init; }

    public required bool ObjectstoreTool { get; init; }

    public required double MovePg { get; init; }

    public required bool AggressivePgNumChanges { get; init; }

    /// <summary>Seconds after which an OSD shall crash by itself instead of being killed, as <c>bdev_inject_crash</c>; 0 for never.</summary>
    public required double InjectCrash { get; init; }

    /// <summary>How likely; 0 by upstream, where the key is not handed on.</summary>
    public required double InjectCrashProbability { get; init; }

    public required int Seed { get; init; }

    public static OsdThrashOptions Read(ThrashSettings settings)
    {
        // Written as a whole number it is in percent
        var down = settings.Number("chance_down", 0.4);
        return new OsdThrashOptions
        {
            MinIn = settings.Count("min_in", 4),
            MinOut = settings.Count("min_out", 0),
            MinLive = settings.Count("min_live", 2),
            MinDead = settings.Count("min_dead", 0),
            MaxDead = settings.Count("max_dead", 0),
            Given = (settings.Keys.Contains("min_out"), settings.Keys.Contains("min_dead")),
            OpDelay = settings.Seconds("op_delay", 5),
            CleanInterval = settings.Seconds("clean_interval", 60),
            ScrubInterval = settings.Seconds("scrub_interval", -1),
            CleanWait = settings.Seconds("clean_wait", 0),
            Timeout = settings.Seconds("timeout"),
            ReviveTimeout = settings.Seconds("revive_timeout", 360),
            Down = settings.Whole("chance_down") ? down / 100 : down,
            Reweight = settings.Number("reweight_osd", .5),
            PrimaryAffinity = settings.Flag("thrash_primary_affinity", true),
            PgNumGrow = settings.Number("chance_pgnum_grow", 0),
            PgNumShrink = settings.Number("chance_pgnum_shrink", 0),
            PgpNumFix = settings.Number("chance_pgpnum_fix", 0),
            GrowBy = settings.Count("pool_grow_by", 10),
            ShrinkBy = settings.Count("pool_shrink_by", 10),
            MaxPgsPerPoolAndOsd = settings.Count("max_pgs_per_pool_osd", 1200),
            MinPgsPerPoolAndOsd = settings.Count("min_pgs_per_pool_osd", 1),
            MinSize = settings.Number("chance_test_min_size", 0),
            BackfillFull = settings.Number("chance_test_backfill_full", 0),
            MapDiscontinuity = settings.Number("chance_test_map_discontinuity", 0),
            MapDiscontinuitySleep = settings.Seconds("map_discontinuity_sleep_time", 40),
            BluestoreReshard = settings.Number("chance_bluestore_reshard", 0),
            BluestoreNewSharding = settings.Text("bluestore_new_sharding") ?? "random",
            ClusterFull = settings.Number("chance_thrash_cluster_full", .05),
            PgUpmap = settings.Number("chance_thrash_pg_upmap", 1),
            ForceRecovery = settings.Number("chance_force_recovery", .3),
            PauseShort = settings.Seconds("pause_short", 3),
            PauseLong = settings.Seconds("pause_long", 80),
            PauseCheckAfter = settings.Seconds("pause_check_after", 70),
            InjectPauseShort = settings.Number("chance_inject_pause_short", 1),
            InjectPauseLong = settings.Number("chance_inject_pause_long", 0),
            SighupDelay = settings.Seconds("sighup_delay", .1),
            OpTrackerDelay = settings.Seconds("optrack_toggle_delay", 2),
            DumpOps = settings.Flag("dump_ops_enable", true),
            NoScrubDelay = settings.Seconds("noscrub_toggle_delay", 2),
            RandomEio = settings.Number("random_eio", 0),
            ObjectstoreTool = settings.Flag("ceph_objectstore_tool", true) && !settings.Flag("disable_objectstore_tool_tests", false),
            MovePg = settings.Number("chance_move_pg", 1),
            AggressivePgNumChanges = settings.Flag("aggressive_pg_num_changes", true),
            InjectCrash = settings.Number("bdev_inject_crash", 0),
            InjectCrashProbability = 0,
            Seed = settings.Seed,
        };
    }
}
