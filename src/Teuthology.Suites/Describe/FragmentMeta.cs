using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>Reads fields of the <c>meta</c> of fragments, each file once.</summary>
/// <param name="fields">Names of the fields.</param>
internal sealed class FragmentMeta(IReadOnlyList<string> fields)
{
    private readonly Dictionary<string, object?[]> _read = new(StringComparer.Ordinal);
    private readonly object?[] _nothing = [.. fields.Select(_ => "")];

    /// <summary>The values of the fields in their order, an empty text for each that the file does not have.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read.</exception>
    /// <exception cref="MetaFormatException">Its <c>meta</c> is not as it should be.</exception>
    public IReadOnlyList<object?> Of(string path)
    {
        if (!path.EndsWith(".yaml", StringComparison.Ordinal))
            return _nothing;
        if (!_read.TryGetValue(path, out var values))
            _read[path] = values = Read(path);
        return values;
    }

    private object?[] Read(string path)
    {
        if (Directory.Exists(path) || FragmentFile.Load(path) is not YamlMap map || !map.TryGetValue("meta", out var meta))
            return _nothing;
        return meta is YamlList { Count: 1 } list && list[0] is YamlMap only
            ? [.. fields.Select(field => only.TryGetValue(field, out var value) ? value : "")]
            : throw new MetaFormatException(path, meta, map.MarkOf("meta"));
    }
}
