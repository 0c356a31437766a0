using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>Names the kind of a YAML value for error texts.</summary>
internal static class YamlKind
{
    public static string Of(object? value) => value switch
    {
        null => "nothing",
        YamlMap => "a mapping",
        YamlList => "a list",
        string text => $"the text '{text}'",
        bool flag => flag ? "true" : "false",
        _ => $"'{Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)}'",
    };
}
