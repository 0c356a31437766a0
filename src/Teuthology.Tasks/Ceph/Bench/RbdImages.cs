using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>What the rbd tasks' configurations have in common.</summary>
internal static class RbdImages
{
    /// <summary>rbd refuses images of format 1 without this.</summary>
    public static IReadOnlyDictionary<string, string> OldFormat { get; } = new Dictionary<string, string>(StringComparer.Ordinal) { ["RBD_FORCE_ALLOW_V1"] = "1" };

    /// <summary>Clients with what is said about their image; every client when nothing is said.</summary>
    public static IEnumerable<(string Role, YamlMap Image)> Of(TaskRun run)
    {
        return run.Config switch
        {
            null => All(),
            "all" => All(),
            YamlList list => list.Select(c => ($"{c}", new YamlMap())),
            YamlMap map when map.ContainsKey("all") => All().Select(c => (c.Role, map.Get("all") as YamlMap ?? [])),
            YamlMap map => map.Select(c => ($"{c.Key}", c.Value as YamlMap ?? [])),
            _ => throw run.Wrong("its configuration must be a list of clients, or a mapping"),
        };

        IEnumerable<(string Role, YamlMap Image)> All() => run.Job.Cluster.AllRoles.Where(Orchestra.Role.IsType("client")).Select(r => (r, new YamlMap()));
    }
}
