using System.Text.Json.Nodes;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>Some of a run's properties, as <c>?fields=</c> names them.</summary>
internal sealed class RunFields
{
    private static readonly string[] Known = ["name", "status", "user", "scheduled", "suite", "branch", "machine_type", "posted", "started", "updated", "href", "priority"];
    private readonly string[] _names;

    private RunFields(string[] names) => _names = names;

    /// <summary>Reads them; null when one is unknown.</summary>
    public static RunFields? Of(string fields)
    {
        var names = fields.Trim(',').Split(',').Where(name => !name.StartsWith('_')).Distinct().ToArray();
        return Array.TrueForAll(names, name => Known.Contains(name)) ? new RunFields(names) : null;
    }

    /// <summary>Those of a run.</summary>
    public JsonObject Write(RunRecord run, JsonObject wire) => new(_names.Select(name => KeyValuePair.Create(name, name switch
    {
        "updated" => JsonValue.Create(WireTime.Write(run.Updated)),
        _ => wire[name]?.DeepClone(),
    })));
}
