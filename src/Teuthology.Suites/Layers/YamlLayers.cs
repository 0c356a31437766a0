using System.Text;
using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>Jobs as <see cref="YamlDumper"/> writes them.</summary>
internal sealed class YamlLayers : ILayerFormat
{
    public byte[] Begin { get; } = [];

    public byte[] End { get; } = [];

    public byte[] Separator { get; } = [];

    public byte[] ListTail { get; } = [];

    public byte[] MapTail { get; } = [];

    /// <summary>An alias is written as one.</summary>
    public bool IgnoresAliases => false;

    public byte[] Entry(string key, object? value, int depth) => Encoding.UTF8.GetBytes(Dump(key, value, depth));

    public byte[] Head(string key, bool isList, int depth)
    {
        var empty = Dump(key, new YamlMap(), depth);
        return Encoding.UTF8.GetBytes(string.Concat(empty.AsSpan(0, empty.Length - " {}\n".Length), "\n"));
    }

    public string Whole(YamlMap config) => YamlDumper.Dump(config);

    /// <summary>Where lines are folded depends on the indentation, so the entry is written within as many mappings as it will stand in.</summary>
    private static string Dump(string key, object? value, int depth)
    {
        var map = new YamlMap { [key] = value };
        for (var i = 0; i < depth; i++)
            map = new YamlMap { ["k"] = map };
        var text = YamlDumper.Dump(map);
        var start = 0;
        for (var i = 0; i < depth; i++)
            start = text.IndexOf('\n', start) + 1;
        return text[start..];
    }
}
