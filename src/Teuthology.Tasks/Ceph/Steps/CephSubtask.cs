using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>What the <c>ceph.*</c> tasks' configurations have in common: a list of daemons, or a mapping.</summary>
/// <param name="Cluster">The cluster they are about.</param>
/// <param name="Daemons">The daemons named; all of the cluster's when none is.</param>
/// <param name="Config">The mapping; empty when a list was written.</param>
internal sealed record CephSubtask(CephCluster Cluster, IReadOnlyList<CephDaemon> Daemons, YamlMap Config)
{
    /// <exception cref="ConfigurationException">It is neither, or names what is not there.</exception>
    public static CephSubtask Read(TaskRun run)
    {
        var config = run.Config switch
        {
            null => [],
            YamlMap map => map,
            YamlList list => new YamlMap { ["daemons"] = list },
            _ => throw run.Wrong("its configuration must be a list of daemons or a mapping"),
        };
        try
        {
            var cluster = run.Job.Shared<CephClusters>().Find(config.Get("cluster") as string ?? "ceph");
            var names = config.Get("daemons") switch
            {
                null => null,
                YamlList list => list.Select(i => i as string ?? throw run.Wrong("'daemons' must be a list of roles", "daemons")).ToList(),
                _ => throw run.Wrong("'daemons' must be a list of roles", "daemons"),
            };
            return new CephSubtask(cluster, cluster.Layout.Resolve(names), config);
        }
        catch (ConfigurationException e) when (e.Mark is null)
        {
            throw run.Wrong(e.Message);
        }
    }

    public bool Flag(TaskRun run, string key, bool fallback) => Config.Get(key) switch
    {
        null => fallback,
        bool flag => flag,
        _ => throw run.Wrong($"'{key}' must be true or false", key),
    };
}
