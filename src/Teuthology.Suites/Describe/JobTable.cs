using System.Globalization;
using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>The jobs of a suite as a table: which fragment each has of each facet, and the fields of their <c>meta</c>.</summary>
public static class JobTable
{
    /// <summary>Makes the table; rows are sorted.</summary>
    /// <param name="suite">The suite.</param>
    /// <param name="fields">Fields to show; values of several fragments of a job stand one below the other.</param>
    /// <param name="showFacets">Adds columns for the directories that tell jobs apart and for the facets.</param>
    /// <param name="limit">At most so many jobs; 0 and less for all.</param>
    /// <exception cref="ConfigurationException">A fragment cannot be read, or as <see cref="DescribedSuite.Jobs"/>.</exception>
    /// <exception cref="MetaFormatException">The <c>meta</c> of a fragment is not as it should be.</exception>
    public static SuiteTable List(DescribedSuite suite, IReadOnlyList<string> fields, bool showFacets, long limit)
    {
        var meta = new FragmentMeta(fields);
        var facets = new SortedSet<string>(CodePointComparer.Instance);
        var directories = new Dictionary<int, HashSet<string>>();
        var rows = new List<Dictionary<string, string>>();
        var left = limit;
        foreach (var job in suite.Jobs())
        {
            var paths = job.Fragments.Select(suite.FullPath).ToList();
            var row = Fields(paths, meta, fields);
            if (showFacets)
                AddFacets(row, paths, facets, directories);
            rows.Add(row);
            if (--left == 0)
                break;
        }

        string[] depths = showFacets ? AddDepths(rows, directories) : [];
        string[] headers = [.. depths, .. facets, .. fields];
        var table = rows.Select(row => headers.Select(h => row.GetValueOrDefault(h, "")).ToArray()).ToList();
        return new SuiteTable(headers, [.. table.Order(RowOrder.Instance)]);
    }

    private static Dictionary<string, string> Fields(List<string> paths, FragmentMeta meta, IReadOnlyList<string> fields)
    {
        var row = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var values in paths.Select(meta.Of))
        {
            // A field that is asked for twice counts once.
            foreach (var (field, value) in fields.Zip(values).DistinctBy(f => f.First))
                if (value is not "")
                    row[field] = row.TryGetValue(field, out var before) ? $"{before}\n{PythonText.Str(value)}" : PythonText.Str(value);
        }

        return row;
    }

    private static void AddFacets(Dictionary<string, string> row, List<string> paths, SortedSet<string> facets, Dictionary<int, HashSet<string>> directories)
    {
        foreach (var path in paths)
        {
            var parts = path.Split('/');
            var facet = parts[^2];
            row[facet] = parts[^1][..^".yaml".Length];
            facets.Add(facet);
            for (var depth = 0; depth < parts.Length - 2; depth++)
            {
                if (!directories.TryGetValue(depth, out var names))
                    directories[depth] = names = new HashSet<string>(StringComparer.Ordinal);
                names.Add(parts[depth]);
                row[Depth("_dir_", depth)] = parts[depth];
            }
        }
    }

    /// <summary>Columns for the levels of directories from the first on which jobs differ.</summary>
    private static string[] AddDepths(List<Dictionary<string, string>> rows, Dictionary<int, HashSet<string>> directories)
    {
        var deepest = Math.Max(0, directories.Count - 1);
        var first = 0;
        while (first < deepest && directories[first].Count == 1)
            first++;
        foreach (var row in rows)
            for (var depth = first; depth <= deepest; depth++)
                row[Depth("subsuite depth ", depth - first)] = row.GetValueOrDefault(Depth("_dir_", depth), "");
        return [.. Enumerable.Range(0, deepest - first + 1).Select(depth => Depth("subsuite depth ", depth))];
    }

    private static string Depth(string name, int depth) => string.Create(CultureInfo.InvariantCulture, $"{name}{depth}");

    private sealed class RowOrder : IComparer<string[]>
    {
        public static readonly RowOrder Instance = new();

        public int Compare(string[]? x, string[]? y)
        {
            for (var i = 0; i < x!.Length; i++)
                if (CodePointComparer.Instance.Compare(x[i], y![i]) is var order and not 0)
                    return order;
            return 0;
        }
    }
}
