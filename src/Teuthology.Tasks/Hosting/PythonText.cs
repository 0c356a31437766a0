using System.Globalization;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>Values of YAML as Python's <c>str()</c> shows them, for log lines in upstream's form.</summary>
internal static class PythonText
{
    public static string Str(object? value) => value as string ?? Repr(value);

    private static string Repr(object? value) => value switch
    {
        null => "None",
        true => "True",
        false => "False",
        string text => PythonRepr.Of(text),
        double number => YamlDumper.Dump(number).Split('\n')[0],
        YamlMap map => $"{{{string.Join(", ", map.Select(pair => $"{Repr(pair.Key)}: {Repr(pair.Value)}"))}}}",
        YamlList list => $"[{string.Join(", ", list.Select(Repr))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
