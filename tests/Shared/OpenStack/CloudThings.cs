using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Teuthology.Testing.OpenStack;

/// <summary>The things of one kind that a cloud has, as the API shows them.</summary>
/// <param name="kind">What one is called: <c>server</c>, <c>volume</c>, …</param>
public sealed class CloudThings(string kind)
{
    private readonly ConcurrentDictionary<string, JsonObject> _things = new(StringComparer.Ordinal);
    private long _order;

    /// <summary>What one is called.</summary>
    public string Kind => kind;

    /// <summary>All of them, oldest first.</summary>
    public IReadOnlyList<JsonObject> All => [.. _things.Values.OrderBy(thing => (long)thing["_order"]!)];

    /// <summary>How many there are.</summary>
    public int Count => _things.Count;

    /// <summary>Adds one.</summary>
    /// <returns>It.</returns>
    public JsonObject Add(string id, JsonObject thing)
    {
        thing["id"] ??= id;
        thing["_order"] = Interlocked.Increment(ref _order);
        _things[id] = thing;
        return thing;
    }

    /// <summary>One by its id; null for none.</summary>
    public JsonObject? Find(string id) => _things.GetValueOrDefault(id);

    /// <summary>Removes one.</summary>
    public bool Remove(string id) => _things.TryRemove(id, out _);

    /// <summary>A copy as the API shows it.</summary>
    public static JsonObject Shown(JsonObject thing)
    {
        lock (thing)
        {
            var copy = (JsonObject)thing.DeepClone();
            foreach (var hidden in copy.Select(pair => pair.Key).Where(key => key.StartsWith('_')).ToList())
                copy.Remove(hidden);
            return copy;
        }
    }
}
