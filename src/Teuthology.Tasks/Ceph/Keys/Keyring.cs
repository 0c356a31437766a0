using System.Text;

namespace Teuthology.Tasks;

/// <summary>The entities of a cluster with their keys.</summary>
public sealed class Keyring
{
    private readonly OrderedDictionary<string, CephEntity> _entities = [];

    /// <summary>Everyone in it, in order.</summary>
    public IEnumerable<CephEntity> Entities => _entities.Values;

    /// <summary>Adds an entity, or replaces the one of that name.</summary>
    /// <param name="entity">The entity.</param>
    public void Add(CephEntity entity) => _entities[entity.Name] = entity;

    /// <summary>The text of a keyring file with some of the entities, or all when none is named.</summary>
    /// <param name="names">Entity names.</param>
    /// <exception cref="KeyNotFoundException">One is not in it.</exception>
    public string Render(params IEnumerable<string> names)
    {
        var text = new StringBuilder();
        var chosen = names.Select(n => _entities[n]).ToList();
        foreach (var entity in chosen.Count == 0 ? Entities : chosen)
        {
            text.Append('[').Append(entity.Name).Append("]\n\tkey = ").Append(entity.Key).Append('\n');
            foreach (var (service, allowed) in entity.Caps)
                text.Append("\tcaps ").Append(service).Append(" = \"").Append(allowed).Append("\"\n");
        }

        return text.ToString();
    }
}
