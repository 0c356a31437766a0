using System.Globalization;
using System.Text;

namespace Teuthology.Scheduling;

/// <summary>A metric with its values, as Prometheus reads it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type"><c>gauge</c>, <c>counter</c> or <c>summary</c>.</param>
/// <param name="Help">One line about it.</param>
/// <param name="Values">Its values: what follows the name (<c>_count</c>), labels, value.</param>
internal sealed record Metric(string Name, string Type, string Help, IEnumerable<(string Suffix, (string Label, string Value)[] Labels, double Value)> Values)
{
    /// <summary>A metric without parts.</summary>
    public static Metric Of(string name, string type, string help, IEnumerable<((string Label, string Value)[] Labels, double Value)> values) =>
        new(name, type, help, values.Select(value => ("", value.Labels, value.Value)));

    /// <summary>Writes it in Prometheus' text format.</summary>
    public void Write(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP {Name} {Help}\n# TYPE {Name} {Type}\n");
        foreach (var (suffix, labels, value) in Values)
        {
            var list = string.Join(',', labels.Select(label => $"{label.Label}=\"{Escape(label.Value)}\""));
            text.Append(CultureInfo.InvariantCulture, $"{Name}{suffix}{(list.Length == 0 ? "" : $"{{{list}}}")} {value}\n");
        }
    }

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
