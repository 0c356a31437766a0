namespace Teuthology.Tasks;

/// <summary>Ports of monitors: 6789 (version 1 of the messenger) and 3300 (version 2), one up for each further monitor on an address.</summary>
public static class MonAddresses
{
    /// <summary>Addresses by monitor id, in the form that monmaptool and <c>mon host</c> take.</summary>
    /// <param name="mons">Id and IP address of each monitor, in order.</param>
    /// <param name="version2">Whether they also listen with version 2 of the messenger (<c>mon_bind_msgr2</c>).</param>
    /// <param name="vectors">Whether addresses are written as vectors (<c>mon_bind_addrvec</c>).</param>
    public static IReadOnlyDictionary<string, string> Assign(IEnumerable<(string Id, string Address)> mons, bool version2 = true, bool vectors = true)
    {
        var used = new Dictionary<string, int>(StringComparer.Ordinal);
        var result = new OrderedDictionary<string, string>();
        foreach (var (id, address) in mons)
        {
            var n = used.GetValueOrDefault(address);
            used[address] = n + 1;
            result[id] = (version2, vectors) switch
            {
                (true, _) => $"[v2:{address}:{3300 + n},v1:{address}:{6789 + n}]",
                (false, true) => $"[v1:{address}:{6789 + n}]",
                _ => $"{address}:{6789 + n}",
            };
        }

        return result;
    }
}
