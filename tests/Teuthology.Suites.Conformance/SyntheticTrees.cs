using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Teuthology.Yaml;

namespace Teuthology.Suites.Conformance;

/// <summary>Small trees made for one rule each.</summary>
internal static class SyntheticTrees
{
    public static void Compare(ConformanceData data, Tally tally)
    {
        foreach (var file in Directory.EnumerateFiles(data.PathOf("synthetic"), "*.json").Order())
        {
            var record = ConformanceData.Json(file);
            using var tree = SyntheticTree.Write(record.GetProperty("files"));
            foreach (var run in record.GetProperty("runs").EnumerateArray())
            {
                tally.Record();
                var name = $"{Path.GetFileName(file)} {Records.Canonical(run.GetProperty("args"))}";
                if (run.GetProperty("args").Has("extra") || run.GetProperty("args").Flag("no_suite_name"))
                    tally.Skip("a call that only Python can make (other keyword arguments, no suite name)");
                else if (run.GetProperty("args") is var args && args.TryGetProperty("filter_in", out var keywords) && keywords.ValueKind == JsonValueKind.String)
                    tally.Skip("a text in place of a list of keywords");
                else
                    Run(name, run, tree.Suites, tally);
            }
        }
    }

    private static void Run(string name, JsonElement run, string suites, Tally tally)
    {
        try
        {
            Compare(name, run, suites, tally);
        }
        catch (Exception e)
        {
            tally.Check(name, run.Has("error") ? run.GetProperty("error").Text("message") : "no error", e.ToString());
        }
    }

    private static void Compare(string name, JsonElement run, string suites, Tally tally)
    {
        var args = run.GetProperty("args");
        var draws = new List<string>();
        var random = new PythonRandom(args.GetProperty("seed").GetInt64())
        {
            Drawn = (low, high, result) => draws.Add(string.Create(CultureInfo.InvariantCulture, $"[{low},{high},{result}]")),
        };
        var failure = run.Has("error") ? run.GetProperty("error").Text("phase") : "none";
        var jobs = new List<SuiteJob>();
        if (failure == "build_matrix")
        {
            tally.Check(name, false, "none" == Attempt(() => jobs.AddRange(new SuiteTree(suites).Build(args.Text("suite"), args.Options(), random).Jobs())));
            return;
        }

        var matrix = new SuiteTree(suites).Build(args.Text("suite"), args.Options(), random);
        jobs.AddRange(matrix.Jobs());
        if (run.TryGetProperty("randint_calls", out var calls))
            tally.Check($"{name} draws", string.Concat(calls.EnumerateArray().Select(Records.Canonical)), string.Concat(draws));
        tally.Check($"{name} count", run.GetProperty("job_count").GetInt32(), jobs.Count);
        tally.Check($"{name} descriptions", string.Join('\n', run.Texts("descriptions")), string.Join('\n', jobs.Select(Records.WithoutSuite).Take(run.Texts("descriptions").Count)));
        var prefix = args.Text("suite").Replace(':', '/');
        tally.Check(
            $"{name} paths",
            string.Join('\n', run.GetProperty("paths").EnumerateArray().Select(p => string.Join(' ', p.EnumerateArray().Select(x => x.GetString())))),
            string.Join('\n', jobs.Take(run.GetProperty("paths").GetArrayLength()).Select(j => string.Join(' ', j.Fragments.Select(f => f.Length == 0 ? prefix : $"{prefix}/{f}")))));
        foreach (var index in new[] { jobs.Count - 1, jobs.Count / 2, 0 }.Where(i => i >= 0 && i < jobs.Count))
            tally.Check($"{name} job {index}", jobs[index].Description, matrix.Job(index).Description);
        if (run.Has("merged") && args.Flag("merge"))
            Merge(name, run, suites, jobs, failure == "config_merge", tally);
    }

    private static void Merge(string name, JsonElement run, string suites, IReadOnlyList<SuiteJob> jobs, bool fails, Tally tally)
    {
        var args = run.GetProperty("args");
        var baseConfig = args.TryGetProperty("base", out var given) ? (YamlMap?)Records.Value(given) : null;
        var filter = args.EnumerateObject().Any(a => a.Name.StartsWith("filter_", StringComparison.Ordinal)) ? args.Filter() : null;
        var merger = new JobMerger(suites, baseConfig, filter, args.GetProperty("seed").GetInt64());
        var merged = new List<string>();
        var error = Attempt(() =>
        {
            foreach (var job in jobs)
                if (merger.Merge(job) is { } config)
                    merged.Add($"{job.Description} {Written(config.Config)}");
        });
        if (run.GetProperty("merged").GetRawText().Contains("!py _Lua", StringComparison.Ordinal))
        {
            // Upstream fails later, when it writes such a job; here its script fails.
            tally.Check($"{name} Lua's own table in a job", true, error != "none");
            return;
        }

        tally.Check($"{name} error", fails ? $"an error: {run.GetProperty("error").Text("message")}" : "none", fails && error != "none" ? $"an error: {run.GetProperty("error").Text("message")}" : error);
        tally.Check(
            $"{name} merged",
            string.Join('\n', run.GetProperty("merged").EnumerateArray().Select(m => $"{m[0].GetString()} {Records.Canonical(m[1]).Replace("$SUITES", suites, StringComparison.Ordinal)}")),
            string.Join('\n', merged));
    }

    private static string Written(YamlMap config)
    {
        try
        {
            return CanonicalJson.Write(config);
        }
        catch (ConfigurationException)
        {
            return "\"!recursive\"";
        }
    }

    private static string Attempt(Action action)
    {
        try
        {
            action();
            return "none";
        }
        catch (ConfigurationException e)
        {
            return e.Message;
        }
    }
}
