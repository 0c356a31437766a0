using System.Text.Json;
using Teuthology.Yaml;

namespace Teuthology.Suites.Conformance;

/// <summary>Jobs that filters keep.</summary>
internal static class Filters
{
    public static void Compare(ConformanceData data, Tally tally)
    {
        var built = new Dictionary<string, (List<SuiteJob> Jobs, Dictionary<string, string> Merged)>();
        foreach (var record in data.Lines("filters.jsonl.gz"))
        {
            tally.Record();
            if (!data.HasTree(record.Text("tree")))
            {
                tally.Skip("its tree is not among the data");
                continue;
            }

            var suites = data.SuitesOf(record.Text("tree"));
            var baseConfig = (YamlMap)Records.Value(record.GetProperty("base_config"))!;
            var key = $"{suites} {record.Text("suite")} {record.Options()} {CanonicalJson.Write(baseConfig)}";
            if (!built.TryGetValue(key, out var suite))
                built[key] = suite = (new SuiteTree(suites).Build(record.Text("suite"), record.Options()).Jobs().ToList(), []);
            var name = $"{key} {JsonSerializer.Serialize(record.Filter())}";
            tally.Check($"{name} built", record.GetProperty("built").GetInt32(), suite.Jobs.Count);
            var merger = new JobMerger(suites, baseConfig, record.Filter());
            var kept = suite.Jobs.Select(merger.Merge).OfType<MergedJob>().ToList();
            tally.Check($"{name} descriptions", record.Text("desc_sha256"), Records.Sha256(kept.Select(j => j.Job.Description)));
            tally.Check($"{name} merged", record.Text("merged_sha256"), Records.Sha256(kept.Select(Written)));

            string Written(MergedJob job) => suite.Merged.TryGetValue(job.Job.Description, out var text)
                ? text
                : suite.Merged[job.Job.Description] = CanonicalJson.Write(job.Config);
        }
    }
}
