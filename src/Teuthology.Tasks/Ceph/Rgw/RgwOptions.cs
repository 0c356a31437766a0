using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>What a job says about its object gateways: keys for all of them, and the port of each client's.</summary>
internal sealed record RgwOptions
{
    private static readonly string[] Unmet = ["ssl certificate", "use-keystone-role", "use-barbican-role", "use-vault-role", "use-pykmip-role", "valgrind"];

    /// <summary>Ports by client.</summary>
    public required IReadOnlyDictionary<string, long> Clients { get; init; }

    public required bool CodedData { get; init; }

    public required YamlMap? Profile { get; init; }

    public required string Frontend { get; init; }

    public required string? Compression { get; init; }

    public required IReadOnlyList<string> StorageClasses { get; init; }

    public required int DataPgs { get; init; }

    public required int IndexPgs { get; init; }

    public static RgwOptions Read(TaskRun task)
    {
        var own = task.Config switch
        {
            null => [],
            YamlMap map => map,
            YamlList list => Named(list),
            _ => throw task.Wrong("its configuration must be a list of clients or a mapping"),
        };
        var merged = (YamlMap)DeepMerge.Merge(own, task.Job.Overrides("rgw"))!;
        var run = new TaskRun { Job = task.Job, Name = task.Name, Config = merged, Mark = task.Mark, Log = task.Log };
        var clients = merged.Keys.OfType<string>().Where(k => Role.IsType("client")(k)).ToList();
        if (clients.Count == 0)
            clients = [.. task.Job.Cluster.AllRoles.Where(Role.IsType("client"))];
        foreach (var key in Unmet.Where(k => merged.Get(k) is not null || clients.Exists(c => (merged.Get(c) as YamlMap)?.Get(k) is not null)))
            throw task.Wrong($"'{key}' is not supported: gateways here speak plain HTTP and know no other services");
        if (run.Flag("cache-pools"))
            throw task.Wrong("'cache-pools' is not supported", "cache-pools");
        return new RgwOptions
        {
            Clients = clients.ToDictionary(c => c, c => (merged.Get(c) as YamlMap)?.Get("port") as long? ?? 80),
            CodedData = run.Flag("ec-data-pool"),
            Profile = merged.Get("erasure_code_profile") as YamlMap,
            Frontend = run.Text("frontend") ?? "beast",
            Compression = run.Text("compression type"),
            StorageClasses = run.Text("storage classes")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
            DataPgs = (int)run.Whole("data_pool_pg_size", 64),
            IndexPgs = (int)run.Whole("index_pool_pg_size", 64),
        };

        static YamlMap Named(YamlList list)
        {
            var map = new YamlMap();
            foreach (var item in list)
                map[$"{item}"] = null;
            return map;
        }
    }
}
