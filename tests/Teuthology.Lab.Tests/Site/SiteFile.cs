using Teuthology.Yaml;

namespace Teuthology.Lab.Tests;

/// <summary>Site configurations written down in tests.</summary>
internal static class SiteFile
{
    /// <summary>Reads a text as the file <c>site.yaml</c>.</summary>
    public static SiteConfig Read(string yaml) => SiteConfig.Empty with { All = (YamlMap)YamlLoader.Load(yaml, "site.yaml")! };

    /// <summary>The settings of one type of it.</summary>
    public static MachineTypeSettings Type(string yaml, string type) =>
        MachineTypeTable.Read(Read(yaml)).TryGet(type, out var settings) ? settings : throw new InvalidOperationException($"no type {type}");
}
