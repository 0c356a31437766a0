using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>Which kernel each machine of a job shall run, by upstream's rules.</summary>
/// <param name="Hosts">One role of each machine that a kernel is named for, with what is said of it.</param>
/// <param name="Timeout">How long a machine may take to come back with it.</param>
public sealed record KernelPlan(IReadOnlyList<(Remote Remote, string Role, YamlMap Config)> Hosts, TimeSpan Timeout)
{
    /// <summary>Keys that name a kernel.</summary>
    public static IReadOnlyList<string> VersionKeys { get; } = ["branch", "tag", "sha1", "deb", "rpm", "koji", "koji_task"];

    private static readonly string[] Flat = [.. VersionKeys, "kdb", "flavor", "hwe"];

    /// <summary>
    /// Reads a job's <c>kernel</c> with <c>overrides.kernel</c> over it: keys for all roles, or by role or kind of role (a role beats its kind). Nothing means the
    /// distribution's kernel. An override that names a kernel drops the one that was named for its roles.
    /// </summary>
    /// <param name="config">The task's configuration.</param>
    /// <param name="overrides">The job's <c>overrides.kernel</c>, or null.</param>
    /// <param name="cluster">The machines with their roles.</param>
    /// <exception cref="ConfigurationException">A role is not the job's, or roles of one machine disagree.</exception>
    public static KernelPlan Read(YamlMap? config, YamlMap? overrides, Cluster cluster)
    {
        var (own, patience) = Parted(config ?? [], TimeSpan.FromSeconds(300));
        var roles = ByRole(own, cluster);
        if (overrides is not null)
        {
            (var over, patience) = Parted(overrides, patience);
            if (over.Count > 0)
                Override(roles, ByRole(over, cluster));
        }

        var hosts = new List<(Remote Remote, string Role, YamlMap Config)>();
        foreach (var (remote, names) in cluster.Hosts)
        {
            var named = names.Where(roles.ContainsKey).ToList();
            if (named.Count == 0)
                continue;
            if (named.Find(role => CanonicalJson.Write(roles[role]) != CanonicalJson.Write(roles[named[0]])) is { } other)
                throw new ConfigurationException($"task 'kernel': everything on the same host must use the same kernel; {remote.ShortName} has {named[0]} and {other}", roles[other].Mark ?? config?.Mark);
            hosts.Add((remote, named[0], roles[named[0]]));
        }

        return new KernelPlan(hosts, patience);
    }

    private static (YamlMap Roles, TimeSpan Timeout) Parted(YamlMap config, TimeSpan fallback)
    {
        var rest = (YamlMap)DeepMerge.Merge(new YamlMap(), config)!;
        rest.Mark = config.Mark;
        if (!rest.Remove("timeout", out var timeout) || timeout is null)
            return (rest, fallback);
        return timeout is long and > 0 and var seconds
            ? (rest, TimeSpan.FromSeconds(seconds))
            : throw new ConfigurationException("task 'kernel': 'timeout' must be a positive number of seconds", config.MarkOf("timeout"));
    }

    private static Dictionary<string, YamlMap> ByRole(YamlMap config, Cluster cluster)
    {
        var all = cluster.AllRoles.Distinct(StringComparer.Ordinal).ToList();
        if (config.Keys.All(k => Flat.Contains(k)))
            return all.ToDictionary(role => role, _ => Copy(config.Count == 0 ? null : config), StringComparer.Ordinal);

        var roles = new Dictionary<string, YamlMap>(StringComparer.Ordinal);
        foreach (var (key, value) in config)
        {
            var meant = key is not string name ? [] : all.Contains(name) ? [name] : all.Where(Role.IsType(name)).ToList();
            if (meant.Count == 0)
                throw Wrong(key, $"'{key}' is neither a role nor a kind of role of this job nor a key of kernel{NearMiss.Hint(key.ToString()!, ["timeout", .. Flat])}");
            if (value is not (null or YamlMap))
                throw Wrong(key, $"'{key}' must be a mapping");
            if ((value as YamlMap)?.Keys.FirstOrDefault(k => !Flat.Contains(k)) is { } unknown)
                throw Wrong(key, $"unknown key '{key}.{unknown}'{NearMiss.Hint(unknown.ToString()!, Flat)}");
            foreach (var role in meant.Where(role => role == (string)key || !config.ContainsKey(role)))
                roles[role] = Copy((YamlMap?)value);
        }

        return roles;

        ConfigurationException Wrong(object key, string message) => new($"task 'kernel': {message}", config.MarkOf(key));
    }

    private static YamlMap Copy(YamlMap? config) =>
        config is null ? new YamlMap { ["branch"] = "distro", ["sha1"] = "distro" } : (YamlMap)DeepMerge.Merge(new YamlMap(), config)!;

    private static void Override(Dictionary<string, YamlMap> roles, Dictionary<string, YamlMap> over)
    {
        foreach (var (role, config) in over)
        {
            var own = roles.GetValueOrDefault(role) ?? [];
            foreach (var key in VersionKeys.Where(_ => VersionKeys.Any(config.ContainsKey)))
                own.Remove(key);
            roles[role] = (YamlMap)DeepMerge.Merge(own, config)!;
        }
    }
}
