using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Teuthology.Yaml;

namespace Teuthology.Suites.Conformance;

/// <summary>Descriptions, fragment paths, draws and merged jobs of the real suites.</summary>
internal static class Goldens
{
    public static Action<ConformanceData, Tally> Of(string tree) => (data, tally) =>
    {
        foreach (var record in data.Lines($"goldens/{tree}.jsonl.gz"))
        {
            tally.Record();
            if (data.HasTree(tree))
                Compare(record, data.SuitesOf(tree), tally);
            else
                tally.Skip("its tree is not among the data");
        }
    };

    private static void Compare(JsonElement record, string suites, Tally tally)
    {
        var name = $"{record.Text("tree")} {record.Text("suite")} subset {record.TextOrNull("subset")} seed {record.GetProperty("seed")} whole {record.Flag("no_nested_subset")}";
        var draws = new List<string>();
        var random = new PythonRandom(record.GetProperty("seed").GetInt64())
        {
            Drawn = (low, high, result) => draws.Add(string.Create(CultureInfo.InvariantCulture, $"{low} {high} {result}")),
        };
        if (record.Has("error"))
        {
            tally.Check(name, true, Fails(() => new SuiteTree(suites).Build(record.Text("suite"), record.Options(), random).Jobs().Count()));
            return;
        }

        var matrix = new SuiteTree(suites).Build(record.Text("suite"), record.Options(), random);
        tally.Check($"{name} size", BigInteger.Parse(record.GetProperty("size").GetRawText()), matrix.Count);
        tally.Check($"{name} scan length", BigInteger.Parse(record.GetProperty("minscanlen").GetRawText()), (BigInteger)matrix.ScanLength);
        tally.Check($"{name} draws", record.GetProperty("build_draws").GetInt32(), draws.Count);
        if (record.Has("skipped"))
        {
            tally.Skip($"upstream's answer is not recorded: {record.Text("skipped")}");
            return;
        }

        var jobs = matrix.Jobs().ToList();
        tally.Check($"{name} descriptions", record.Text("desc_sha256"), Records.Sha256(jobs.Select(Records.WithoutSuite)));
        tally.Check($"{name} paths", record.Text("paths_sha256"), Records.Sha256(jobs.Select(j => string.Join(' ', j.Fragments))));
        if (record.Has("draws_sha256"))
            tally.Check($"{name} draws", record.Text("draws_sha256"), Records.Sha256(draws));
        Merge(record, suites, name, jobs, tally);
        Write(record, suites, name, matrix, tally);
    }

    private static void Write(JsonElement record, string suites, string name, SuiteMatrix matrix, Tally tally)
    {
        var suite = $"{matrix.Suite}/".Length;
        tally.Check($"{name} written", record.Text("desc_sha256"), Records.Sha256(Lines(WrittenSuite.Text(matrix, SuiteFormat.Text)).Select(line => line[suite..])));
        if (!record.Has("merged_sha256"))
            return;
        const string config = ",\"config\":";
        var written = Lines(WrittenSuite.Merged(matrix, SuiteFormat.Json, new JobMerger(suites)));
        tally.Check($"{name} written, merged", record.Text("merged_sha256"), Records.Sha256(written.Select(line => line[(line.IndexOf(config, StringComparison.Ordinal) + config.Length)..^1])));
    }

    private static string[] Lines(string text) => text.Length == 0 ? [] : text[..^1].Split('\n');

    private static void Merge(JsonElement record, string suites, string name, IReadOnlyList<SuiteJob> jobs, Tally tally)
    {
        if (!record.Has("merged_sha256"))
            return;
        var merger = new JobMerger(suites);
        var merged = jobs.Select(merger.Merge).OfType<MergedJob>().Select(j => CanonicalJson.Write(j.Config)).ToList();
        tally.Check($"{name} merged", record.Text("merged_sha256"), Records.Sha256(merged));
    }

    private static bool Fails(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (ConfigurationException)
        {
            return true;
        }
    }
}
