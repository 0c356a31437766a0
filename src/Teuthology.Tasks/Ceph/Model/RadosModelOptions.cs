using System.Globalization;
using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>Arguments of <c>ceph_test_rados</c> as a <c>rados</c> task asks for them.</summary>
/// <param name="run">The task.</param>
internal sealed class RadosModelOptions(TaskRun run)
{
    private static readonly string[] Operations =
        ["snap_create", "snap_remove", "rollback", "setattr", "rmattr", "watch", "copy_from", "hit_set_list", "is_dirty", "undirty", "cache_flush", "cache_try_flush", "cache_evict", "append", "write", "read", "delete",
         "set_redirect", "unset_redirect", "chunk_read", "tier_promote", "tier_flush", "set_chunk", "tier_evict"];

    private static readonly (string Key, string Option)[] Switches =
        [("pool_snaps", "--pool-snaps"), ("balance_reads", "--balance-reads"), ("localize_reads", "--localize-reads"), ("set_redirect", "--set_redirect"), ("set_chunk", "--set_chunk"), ("enable_dedup", "--enable_dedup")];

    public bool IsCoded => run.Flag("ec_pool");

    public bool Overwrites => run.Flag("erasure_code_use_overwrites");

    public IReadOnlyList<string> Words(string pool)
    {
        List<string> words = ["ceph_test_rados"];
        if (IsCoded && !Overwrites)
            words.AddRange(["--no-omap", "--ec-pool"]);
        else if (IsCoded)
            words.Add("--no-omap");
        if (run.Flag("write_fadvise_dontneed"))
            words.Add("--write-fadvise-dontneed");
        words.AddRange(Switches.Where(s => run.Flag(s.Key)).Select(s => s.Option));
        if (run.Text("low_tier_pool") is { } low)
            words.AddRange(["--low_tier_pool", low]);
        var size = run.Whole("object_size", 4000000);
        words.AddRange(["--max-ops", Text(run.Whole("ops", 10000)), "--objects", Text(run.Whole("objects", 500)), "--max-in-flight", Text(run.Whole("max_in_flight", 16)), "--size", Text(size)]);
        words.AddRange(["--min-stride-size", Text(run.Whole("min_stride_size", size / 10)), "--max-stride-size", Text(run.Whole("max_stride_size", size / 5)), "--max-seconds", Text(run.Whole("max_seconds", 0))]);
        foreach (var (name, weight) in Weights())
            words.AddRange(["--op", name, Text(weight)]);
        return [.. words, "--pool", pool];
    }

    private IEnumerable<(string Name, long Weight)> Weights()
    {
        var weights = new OrderedDictionary<string, long> { ["read"] = 100, ["write"] = 100, ["delete"] = 10 };
        foreach (var (name, weight) in run.Map().Get("op_weights") as YamlMap ?? [])
        {
            if (!Operations.Contains($"{name}", StringComparer.Ordinal))
                throw run.Wrong($"'op_weights.{name}' is no operation; there are: {string.Join(' ', Operations)}", "op_weights");
            weights[$"{name}"] = weight as long? ?? throw run.Wrong($"'op_weights.{name}' must be a whole number", "op_weights");
        }

        if (run.Flag("write_append_excl", true))
        {
            foreach (var name in new[] { "write", "append" })
            {
                if (weights.TryGetValue(name, out var weight))
                    weights[name] = weights[$"{name}_excl"] = weight / 2;
            }
        }

        return weights.Select(w => (w.Key, w.Value));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
