using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary>Lists of machines in the formats of upstream's <c>teuthology-lock</c>, which scripts read.</summary>
internal static class NodeListings
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        IndentSize = 4,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void WriteJson(TextWriter writer, IEnumerable<NodeRecord> nodes) =>
        writer.WriteLine(new JsonArray([.. nodes.Select(Listed)]).ToJsonString(Indented));

    public static void WriteBrief(TextWriter writer, IReadOnlyCollection<NodeRecord> nodes)
    {
        var nameWidth = nodes.Select(node => node.Name.Length).DefaultIfEmpty().Max();
        var ownerWidth = nodes.Select(node => Owner(node).Length).DefaultIfEmpty().Max();
        foreach (var node in nodes.OrderBy(node => node.Name, StringComparer.Ordinal))
        {
            writer.WriteLine(
                $"{node.Name.PadRight(nameWidth)} {(node.Up ? "up" : "down"),-4} {(node.Locked ? "locked" : "unlocked"),-8} {Owner(node).PadRight(ownerWidth)} \"{node.Description ?? "None"}\"");
        }
    }

    public static void WriteTargets(TextWriter writer, IEnumerable<KeyValuePair<string, string?>> keys)
    {
        var targets = new YamlMap();
        foreach (var (name, key) in keys)
            targets[name] = key;
        writer.WriteLine(YamlDumper.Dump(new YamlMap { ["targets"] = targets }));
    }

    public static void WriteSummary(TextWriter writer, IEnumerable<NodeRecord> nodes)
    {
        var all = nodes.ToList();
        writer.WriteLine("TYPE     COUNT  UP  OWNER");
        foreach (var group in all.GroupBy(node => (node.MachineType, Owner: node.Locked ? Owner(node) : "(free)"))
            .OrderBy(group => group.Key.MachineType, StringComparer.Ordinal).ThenBy(group => group.Count()).ThenBy(group => group.Key.Owner, StringComparer.Ordinal))
            writer.WriteLine($"{(group.Key.MachineType.Length == 0 ? "(none)" : group.Key.MachineType),-8} {group.Count(),3}  {group.Count(node => node.Up),3}  {group.Key.Owner}");
        writer.WriteLine("         ---  ---");
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"         {all.Count,3}  {all.Count(node => node.Up),3}"));
    }

    // Of the machine that carries it only the name is shown.
    private static JsonNode Listed(NodeRecord node)
    {
        var wire = NodeWire.Write(node);
        wire["vm_host"] = node.VmHost;
        return wire;
    }

    private static string Owner(NodeRecord node) => node.Locked ? node.LockedBy ?? "None" : "None";
}
