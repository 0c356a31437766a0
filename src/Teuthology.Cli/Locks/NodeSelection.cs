using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary>Which machines a listing shows, by the options of the line.</summary>
internal sealed class NodeSelection(ParseResult line, LockOptionSet options, Terminal terminal)
{
    /// <summary>The machines that the options leave.</summary>
    /// <param name="nodes">All that were asked for.</param>
    /// <param name="named">Whether they were asked for by name.</param>
    /// <param name="directory">Knows the carriers of virtual machines.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<NodeRecord>> ChooseAsync(
        IEnumerable<NodeRecord> nodes, bool named, INodeDirectory directory, CancellationToken cancellationToken)
    {
        var owner = line.GetValue(options.Owner) ?? (named || line.GetValue(options.All) ? null : LabSettings.Owner());
        var chosen = nodes.Where(node => (owner is null || node.LockedBy == owner) && Matches(node)).ToList();
        if (Query() is not { } query)
            return chosen;
        var matching = new List<NodeRecord>();
        foreach (var node in chosen)
        {
            var host = query.ContainsKey("vm_host") && node.VmHost is { } name ? await directory.FindAsync(name, cancellationToken) : null;
            if (IsIn(query, NodeWire.Write(node, host)))
                matching.Add(node);
        }

        return matching;
    }

    private bool Matches(NodeRecord node) =>
        (MachineTypeText.Parse(line.GetValue(options.MachineType)) is not { Count: > 0 } types || types.Contains(node.MachineType))
        && (line.GetValue(options.Status) is not { } status || node.Up == (status == "up"))
        && (line.GetValue(options.Locked) is not { } locked || node.Locked == locked)
        && (line.GetValue(options.Pattern) is not { } pattern || node.Description?.Contains(pattern, StringComparison.Ordinal) == true)
        && (line.GetValue(options.OsType) is not { } system || node.OsType == system)
        && (line.GetValue(options.OsVersion) is not { } version || node.OsVersion == version)
        && (line.GetValue(options.Arch) is not { } arch || node.Arch == arch);

    // A file is read as upstream means to; its own program fails on one.
    private JsonObject? Query()
    {
        if (line.GetValue(options.JsonQuery) is not { } given)
            return null;
        var file = given.TrimStart().StartsWith('{') ? null : terminal.FullPath(given);
        var text = File.Exists(file) ? File.ReadAllText(file) : given;
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? throw new ConfigurationException("--json-query must be a dict, e.g. '{\"os_type\": \"ubuntu\"}'");
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"--json-query {given}: neither a file nor JSON: {e.Message}", inner: e);
        }
    }

    // What is asked for may be a part of what is there, at every depth.
    private static bool IsIn(JsonObject query, JsonObject node) => query.All(pair =>
        node.TryGetPropertyValue(pair.Key, out var value)
            ? pair.Value is JsonObject part && value is JsonObject whole ? IsIn(part, whole) : JsonNode.DeepEquals(pair.Value, value)
            : pair.Value is null);
}
