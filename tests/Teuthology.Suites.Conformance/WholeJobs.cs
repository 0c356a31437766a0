using System.Text.Json;
using Teuthology.Yaml;

namespace Teuthology.Suites.Conformance;

/// <summary>Whole jobs, with the order of their keys.</summary>
internal static class WholeJobs
{
    public static void Compare(ConformanceData data, Tally tally)
    {
        var dumps = data.Lines("yaml_dump.jsonl.gz").Where(r => r.Has("desc")).ToLookup(r => r.Text("desc"));
        foreach (var file in Directory.EnumerateFiles(data.PathOf("full")).Order())
        {
            var record = ConformanceData.Json(file);
            tally.Record();
            if (!data.HasTree(record.Text("tree")))
            {
                tally.Skip("its tree is not among the data");
                continue;
            }

            var suites = data.SuitesOf(record.Text("tree"));
            var jobs = new SuiteTree(suites).Build(record.Text("suite"), record.Options()).Jobs().ToList();
            var merger = new JobMerger(suites);
            tally.Check($"{file} count", record.GetProperty("job_count").GetInt32(), jobs.Count);
            foreach (var (job, expected) in jobs.Zip(record.GetProperty("jobs").EnumerateArray()))
            {
                tally.Record();
                var config = merger.Merge(job)!.Config;
                tally.Check(file, expected.Text("desc"), job.Description);
                tally.Check(job.Description, string.Join(' ', expected.Texts("paths")), string.Join(' ', job.Fragments));
                tally.Check(job.Description, InOrder(Records.Value(expected.GetProperty("yaml"))), InOrder(config));
                foreach (var dump in dumps[job.Description].Where(d => d.Text("tree") == record.Text("tree") && Records.Canonical(d.GetProperty("yaml")) == CanonicalJson.Write(config)))
                    tally.Check(job.Description, dump.Text("dump"), YamlDumper.Dump(config));
            }
        }
    }

    /// <summary>JSON with keys in the order of the mapping.</summary>
    private static string InOrder(object? value) => value switch
    {
        YamlMap map => "{" + string.Join(',', map.Select(e => $"{e.Key}:{InOrder(e.Value)}")) + "}",
        YamlList list => "[" + string.Join(',', list.Select(InOrder)) + "]",
        _ => CanonicalJson.Write(value),
    };
}
