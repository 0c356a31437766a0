using Teuthology.Yaml;

namespace Teuthology.Suites.Conformance;

/// <summary>YAML texts and their values.</summary>
internal static class YamlTexts
{
    public static void CompareFiles(ConformanceData data, Tally tally)
    {
        foreach (var record in data.Lines("yaml_files.jsonl.gz"))
        {
            tally.Record();
            var path = record.Texts("paths").FirstOrDefault(p => data.HasTree(p[..p.IndexOf('/')]));
            if (path is null)
            {
                tally.Skip("a file of a tree that is not among the data");
                continue;
            }

            var tree = path[..path.IndexOf('/')];
            var file = Path.Combine(data.Tree(tree), path[(path.IndexOf('/') + 1)..]);
            if (!File.Exists(file))
                tally.Skip("a file that the tree's archive does not hold");
            else
                tally.Check(path, record.Has("error") ? "an error" : Records.Canonical(record.GetProperty("value")), Read(() => YamlLoader.LoadFile(file)));
        }
    }

    public static void CompareHistory(ConformanceData data, Tally tally)
    {
        foreach (var record in data.Lines("yaml_history_odd.jsonl.gz"))
        {
            tally.Record();
            var expected = record.Has("error") ? "an error" : Records.Canonical(record.GetProperty("value"));
            tally.Check(record.Text("path"), expected, Read(() => YamlLoader.Load(record.Text("text"), record.Text("path"))));
        }
    }

    public static void CompareDumps(ConformanceData data, Tally tally)
    {
        foreach (var record in data.Lines("yaml_dump.jsonl.gz"))
        {
            tally.Record();
            var dump = record.Text("dump");
            var name = record.TextOrNull("desc") ?? record.TextOrNull("pyrepr") ?? dump;
            var value = YamlLoader.Load(dump, name);
            tally.Check(name, dump, YamlDumper.Dump(value));
            if (record.TryGetProperty("yaml", out var job) || record.TryGetProperty("value", out job))
                tally.Check(name, Records.Canonical(job), CanonicalJson.Write(value));
            // An object that occurs twice is no longer one in JSON.
            if (record.Has("yaml") && !dump.Contains("&id001", StringComparison.Ordinal))
                tally.Check(name, dump, YamlDumper.Dump(Records.Value(job)));
        }
    }

    private static string Read(Func<object?> load)
    {
        try
        {
            return CanonicalJson.Write(load());
        }
        catch (ConfigurationException)
        {
            return "an error";
        }
    }
}
