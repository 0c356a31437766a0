using System.Text.Json.Nodes;

namespace Teuthology.Results;

/// <summary>All that was ever told of a job, as it is stored.</summary>
/// <param name="Wire">A JSON object of the wire's keys, in its order; with <paramref name="Extra"/> null one of all keys, of an older program.</param>
/// <param name="Extra">A JSON object of the other keys.</param>
internal sealed record JobText(string Wire, string? Extra)
{
    /// <summary>Both objects; changing them changes no text.</summary>
    public (JsonObject Wire, JsonObject Extra) Read()
    {
        var wire = (JsonObject)JsonNode.Parse(Wire)!;
        if (Extra is not null)
            return (wire, (JsonObject)JsonNode.Parse(Extra)!);
        var (known, extra) = (JobColumns.Empty(), new JsonObject());
        foreach (var (key, value) in wire)
        {
            if (JobColumns.Find(key) is { } column)
                known[key] = column.Convert(value);
            else
                extra[key] = value?.DeepClone();
        }

        return (known, extra);
    }

    /// <summary>One object of all keys that have a value.</summary>
    public JsonObject ReadAll()
    {
        var (wire, extra) = Read();
        return new JsonObject(wire.Where(entry => entry.Value is not null).Concat(extra).Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone())));
    }
}
