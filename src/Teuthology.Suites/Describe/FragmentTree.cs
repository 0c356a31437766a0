using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>The files and directories of a suite, one row each.</summary>
public static class FragmentTree
{
    private const string Root = "ceph-qa-suite/suites";
    private const int MostLinks = 40;

    /// <summary>Lists a directory and what is below it.</summary>
    /// <param name="directory">The suite's directory or any other; full path.</param>
    /// <param name="fields">Fields of the fragments' <c>meta</c> to show.</param>
    /// <param name="showFacet">Adds a column with the facet: the directory's name where it holds fragments.</param>
    /// <param name="drawn">True draws a tree of names; false gives paths, from <c>ceph-qa-suite/suites</c> on where that is part of one.</param>
    /// <exception cref="ConfigurationException">A directory or fragment cannot be read, or a symbolic link leads to a directory above it.</exception>
    /// <exception cref="MetaFormatException">The <c>meta</c> of a fragment is not as it should be.</exception>
    public static SuiteTable List(string directory, IReadOnlyList<string> fields, bool showFacet, bool drawn)
    {
        var listing = new Listing(new FragmentMeta(fields), showFacet, drawn);
        try
        {
            listing.Add(directory, "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"cannot read {directory}: {e.Message}", inner: e);
        }

        return new SuiteTable(["path", .. showFacet ? ["facet"] : Array.Empty<string>(), .. fields], listing.Rows);
    }

    private static string FromSuites(string path) =>
        path.IndexOf(Root, StringComparison.Ordinal) is var at and >= 0 ? path[(at + Root.Length)..] : path;

    private sealed class Listing(FragmentMeta meta, bool showFacet, bool drawn)
    {
        public List<IReadOnlyList<object?>> Rows { get; } = [];

        public void Add(string directory, string prefix) => Add(directory, Resolve(directory), prefix, []);

        private void Add(string directory, string real, string prefix, HashSet<string> within)
        {
            if (!within.Add(real))
                throw new ConfigurationException($"{directory} is a symbolic link to a directory above it");
            var names = Directory.EnumerateFileSystemEntries(directory, "*", new EnumerationOptions { AttributesToSkip = FileAttributes.None })
                .Select(path => Path.GetFileName(path)).Order(CodePointComparer.Instance).ToList();
            var facet = names.Exists(name => name.EndsWith(".yaml", StringComparison.Ordinal)) ? Path.GetFileName(directory) : "";
            for (var i = 0; i < names.Count; i++)
            {
                if (names[i].StartsWith('.'))
                    continue;
                var isLast = i == names.Count - 1;
                var path = Path.Combine(directory, names[i]);
                var row = new List<object?> { drawn ? $"{prefix}{(isLast ? "└── " : "├── ")}{names[i]}" : FromSuites(path) };
                if (showFacet)
                    row.Add(facet);
                row.AddRange(meta.Of(path));
                Rows.Add(row);
                if (Directory.Exists(path))
                    Add(path, Resolve(Path.Combine(real, names[i])), prefix + (isLast ? "    " : "│   "), within);
            }

            within.Remove(real);
        }

        /// <summary>Where a symbolic link leads in the end; links within its target's own path are not followed.</summary>
        private static string Resolve(string path)
        {
            for (var links = 0; links < MostLinks && new DirectoryInfo(path).LinkTarget is { } target; links++)
                path = Path.GetFullPath(target, Path.GetDirectoryName(path)!);
            return path;
        }
    }
}
