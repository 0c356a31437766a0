using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Teuthology.Yaml;
using Xunit.Abstractions;

namespace Teuthology.Suites.Tests;

/// <summary>Descriptions, fragment paths, draws and merged jobs of the real suites.</summary>
public abstract class GoldenConformance(ITestOutputHelper output)
{
    protected void RunTree(string tree)
    {
        var tally = new Tally(output);
        foreach (var record in ConformanceData.Lines($"goldens/{tree}.jsonl.gz"))
            Run(record, tally);
        tally.AssertAllEqual(least: 300);
    }

    private static void Run(JsonElement record, Tally tally)
    {
        var suites = ConformanceData.SuitesOf(record.Text("tree"));
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
            tally.NotCovered($"{name}: upstream's answer is not recorded ({record.Text("skipped")})");
            return;
        }

        var jobs = matrix.Jobs().ToList();
        tally.Check($"{name} descriptions", record.Text("desc_sha256"), Records.Sha256(jobs.Select(Records.WithoutSuite)));
        tally.Check($"{name} paths", record.Text("paths_sha256"), Records.Sha256(jobs.Select(j => string.Join(' ', j.Fragments))));
        if (record.Has("draws_sha256"))
            tally.Check($"{name} draws", record.Text("draws_sha256"), Records.Sha256(draws));
        Merge(record, suites, name, jobs, tally);
    }

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

public sealed class CephGoldenConformanceTests(ITestOutputHelper output) : GoldenConformance(output)
{
    [SkippableFact]
    public void Build_SuitesOfCeph2021_AreEqual() => RunTree("ceph-2021-03-master");
}

public sealed class QaSuiteGoldenConformanceTests(ITestOutputHelper output) : GoldenConformance(output)
{
    [SkippableFact]
    public void Build_SuitesOfCephQaSuite_AreEqual() => RunTree("qa-suite-master");
}
