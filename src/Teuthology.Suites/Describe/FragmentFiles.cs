namespace Teuthology.Suites;

/// <summary>The fragments that jobs of a suite may have.</summary>
internal static class FragmentFiles
{
    /// <summary>Their paths relative to the suite's directory; the empty one when the suite is a file itself.</summary>
    /// <param name="directory">The suite.</param>
    public static IEnumerable<string> Below(string directory) => Directory.Exists(directory) ? Below(directory, "") : [""];

    // Without a bound: reading the suite has refused links that lead to a directory above.
    private static IEnumerable<string> Below(string directory, string prefix)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(directory, "*", new EnumerationOptions { AttributesToSkip = FileAttributes.None }))
        {
            var name = Path.GetFileName(path);
            if (name.StartsWith('.'))
                continue;
            if (!Directory.Exists(path))
            {
                if (name.EndsWith(".yaml", StringComparison.Ordinal))
                    yield return prefix + name;
                continue;
            }

            if (name.EndsWith(".disable", StringComparison.Ordinal))
                continue;
            foreach (var below in Below(path, $"{prefix}{name}/"))
                yield return below;
        }
    }
}
