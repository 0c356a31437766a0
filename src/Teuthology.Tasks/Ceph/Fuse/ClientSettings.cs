using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>What a task that mounts file systems says for each client: nothing for all of them, a list of clients, or a mapping of clients to settings.</summary>
internal static class ClientSettings
{
    /// <summary>The settings of the chosen clients: those for all, those for the client, then the overrides' in the same order.</summary>
    /// <param name="run">The task.</param>
    /// <param name="over">The job's overrides for it.</param>
    /// <returns>By client, a task whose configuration is what is in force for it.</returns>
    /// <exception cref="ConfigurationException">It names what is no client of the job, or is of another kind.</exception>
    public static IReadOnlyDictionary<string, TaskRun> Read(TaskRun run, YamlMap over)
    {
        var clients = run.Job.Cluster.AllRoles.Where(IsClient).ToList();
        var own = run.Config switch
        {
            null => [],
            YamlList list => Named(run, list),
            YamlMap map => map,
            _ => throw run.Wrong("its configuration must be a list of clients or a mapping of clients to settings"),
        };
        var named = own.Keys.OfType<string>().Where(IsClient).ToList();
        if (named.FirstOrDefault(name => !clients.Contains(name)) is { } unknown)
            throw run.Wrong($"'{unknown}' is no client of the job; its clients are {(clients.Count == 0 ? "none" : string.Join(", ", clients))}", unknown);
        var chosen = named.Count > 0 || run.Config is YamlList ? named : clients;
        return chosen.ToDictionary(client => client, client => new TaskRun
        {
            Job = run.Job,
            Name = run.Name,
            Config = DeepMerge.Merge(DeepMerge.Merge(DeepMerge.Merge(ForAll(own), own.Get(client) as YamlMap), ForAll(over)), over.Get(client) as YamlMap),
            Mark = run.Mark,
            Log = run.Log,
        });
    }

    private static YamlMap Named(TaskRun run, YamlList list)
    {
        var map = new YamlMap();
        foreach (var item in list)
            map[item as string ?? throw run.Wrong("a client is a role such as client.0")] = null;
        return map;
    }

    private static bool IsClient(string key) => Role.IsType("client")(key);

    private static YamlMap ForAll(YamlMap map)
    {
        var common = new YamlMap();
        foreach (var (key, value) in map.Where(entry => entry.Key is string name && !IsClient(name)))
            common[key] = value;
        return common;
    }
}
