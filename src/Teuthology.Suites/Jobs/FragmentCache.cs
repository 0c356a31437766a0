using System.Collections.Concurrent;
using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>Fragments read once each; a fragment that cannot be read gives its error to every job that asks for it.</summary>
internal sealed class FragmentCache
{
    private readonly ConcurrentDictionary<string, Lazy<YamlMap?>> _fragments = new(StringComparer.Ordinal);

    /// <summary>What the fragment says, not to be changed; null when it is empty.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="ConfigurationException">The file cannot be read or is no mapping.</exception>
    public YamlMap? Read(string path) => _fragments.GetOrAdd(path, p => new Lazy<YamlMap?>(() => Load(p))).Value;

    private static YamlMap? Load(string path)
    {
        var value = FragmentFile.Load(path);
        if (value is not (null or YamlMap))
            throw new ConfigurationException("a fragment is a mapping (key: value)", (value as YamlList)?.Mark ?? new YamlMark(path, 1, 1));
        var map = value as YamlMap;
        if (map?.ContainsKey("teuthology") == true && !map.TryGetMap("teuthology", out _))
            throw new ConfigurationException("'teuthology' is a mapping (premerge, postmerge, …)", map.MarkOf("teuthology"));
        return map;
    }
}
