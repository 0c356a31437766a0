using System.Text;
using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>Jobs as <see cref="CanonicalJson"/>.</summary>
internal sealed class JsonLayers : ILayerFormat
{
    public byte[] Begin { get; } = "{"u8.ToArray();

    public byte[] End { get; } = "}"u8.ToArray();

    public byte[] Separator { get; } = ","u8.ToArray();

    public byte[] ListTail { get; } = "]"u8.ToArray();

    public byte[] MapTail { get; } = "}"u8.ToArray();

    public bool IgnoresAliases => true;

    public byte[] Entry(string key, object? value, int depth) => Encoding.UTF8.GetBytes($"{CanonicalJson.Write(key)}:{CanonicalJson.Write(value)}");

    public byte[] Head(string key, bool isList, int depth) => Encoding.UTF8.GetBytes($"{CanonicalJson.Write(key)}:{(isList ? '[' : '{')}");

    public string Whole(YamlMap config) => CanonicalJson.Write(config);
}
