using Teuthology.Yaml;
using Xunit.Abstractions;

namespace Teuthology.Suites.Tests;

public sealed class YamlConformanceTests(ITestOutputHelper output)
{
    [SkippableFact]
    public void Load_FilesOfTrees_GivesWhatPyYamlGives()
    {
        var tally = new Tally(output);
        foreach (var record in ConformanceData.Lines("yaml_files.jsonl.gz"))
        {
            var path = record.Texts("paths").FirstOrDefault(p => ConformanceData.HasTree(p[..p.IndexOf('/')]));
            if (path is null)
            {
                tally.NotCovered("a file of a tree that is not among the data");
                continue;
            }

            var tree = path[..path.IndexOf('/')];
            var file = Path.Combine(ConformanceData.Tree(tree), path[(path.IndexOf('/') + 1)..]);
            if (!File.Exists(file))
                tally.NotCovered("a file that the tree's archive does not hold");
            else
                tally.Check(path, record.Has("error") ? "an error" : Records.Canonical(record.GetProperty("value")), Read(() => YamlLoader.LoadFile(file)));
        }

        tally.AssertAllEqual(least: 1000);
    }

    [SkippableFact]
    public void Load_OddFilesOfHistory_GivesWhatPyYamlGives()
    {
        var tally = new Tally(output);
        foreach (var record in ConformanceData.Lines("yaml_history_odd.jsonl.gz"))
        {
            var expected = record.Has("error") ? "an error" : Records.Canonical(record.GetProperty("value"));
            tally.Check(record.Text("path"), expected, Read(() => YamlLoader.Load(record.Text("text"), record.Text("path"))));
        }

        tally.AssertAllEqual(least: 244);
    }

    [SkippableFact]
    public void Dump_ValuesAndJobs_WritesWhatPyYamlWrites()
    {
        var tally = new Tally(output);
        foreach (var record in ConformanceData.Lines("yaml_dump.jsonl.gz"))
        {
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

        tally.AssertAllEqual(least: 1000);
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
