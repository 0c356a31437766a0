namespace Teuthology;

/// <summary>Makes a path out of a name from outside that stays inside a directory.</summary>
public static class SafePath
{
    /// <summary>Upstream's rule: empty and <c>.</c> segments go, a leading dot of a segment becomes <c>_</c>, nothing becomes <c>_</c>.</summary>
    /// <param name="path">Any text.</param>
    public static string Munge(string path)
    {
        var segments = path.Split('/')
            .Where(s => s is not ("" or "."))
            .Select(s => s[0] == '.' ? "_" + s[1..] : s);
        var munged = string.Join('/', segments);
        return munged.Length == 0 ? "_" : munged;
    }
}
