using System.Text;
using CsCheck;
using Teuthology.Suites.Conformance;
using Teuthology.Yaml;

namespace Teuthology.Suites.Tests;

public sealed class SuiteWriterTests
{
    private static readonly Gen<string> Scalar = OneOf(
        "1", "0", "null", "true", "~", "''", "a text", "'it''s: quoted'", "3.5", "2001-12-14", "\"a\\ud83d\\ude00\\n\\tb\"", "0o7", "1e+16", "[]", "{}", "! x",
        "some words that go on and on so that the line they stand on is folded where the dumper folds lines, and then some more of them");

    private static readonly Gen<string> Key = OneOf("a", "b", "overrides", "ceph", "conf", "a b", "'k: q'", "ünï", "12", "a long key with words in it", "conf2");

    private static readonly Gen<string> Value = Gen.Recursive<string>((depth, inner) => depth >= 3
        ? Scalar
        : Gen.Frequency(
            (3, Scalar),
            (2, inner.Array[0, 3].Select(items => $"[{string.Join(", ", items)}]")),
            (4, Gen.Select(Key, inner).Array[0, 3].Select(Mapping))));

    private static readonly Gen<string> Fragment = Gen.Frequency(
        (10, Gen.Select(Key, Value).Array[1, 4].Select(Mapping)),
        (1, OneOf(
            "",
            "a: &x {b: [1]}\nb: *x",
            "a: 1\nb: &y [*y]",
            "a: &y {b: *y}",
            "overrides: &o {conf: {a: 1}}\nceph: {<<: *o}",
            "teuthology: {meta: {k: [1]}}",
            "teuthology:\n  premerge: if yaml.a == nil then reject() end\n",
            "teuthology: {postmerge: ['if yaml.b ~= nil then reject() end']}",
            "a: [",
            "- 1",
            "1: int\ntrue: bool",
            "? ''\n: empty")));

    [Fact]
    public void WriteMerged_AnyFragments_EqualsFullMerge() => Gen.Select(Fragment.Array[2, 3], Fragment.Array[1, 3]).Sample(
        (facetA, facetB) =>
        {
            using var files = new SuiteFiles([
                "s/%=",
                .. facetA.Select((text, i) => $"s/a/a{i}.yaml={text}"),
                .. facetB.Select((text, i) => $"s/b$/b{i}.yaml={text}"),
                "s/c.yaml=overrides: {ceph: {conf: {a: 1}}}\nb: [last]\n",
            ]);
            var matrix = files.Build();
            foreach (var format in new[] { SuiteFormat.Text, SuiteFormat.Json })
            {
                var expected = WrittenSuite.Until(stream => WriteInFull(stream, matrix, new JobMerger(files.Suites), format));
                var actual = WrittenSuite.Until(stream => new SuiteWriter(stream, format).WriteMerged(matrix, new JobMerger(files.Suites), 0, default));
                Assert.Equal(expected, actual);
            }
        },
        iter: 150,
        threads: 1);

    [Theory]
    [InlineData(SuiteFormat.Text)]
    [InlineData(SuiteFormat.Json)]
    public void Write_NestedProducts_EqualsJobs(SuiteFormat format)
    {
        using var files = new SuiteFiles([
            "s/x/%=",
            .. Enumerable.Range(0, 21).Select(i => $"s/x/a/a{i}.yaml"),
            .. Enumerable.Range(0, 14).Select(i => $"s/x/b$/b{i}.yaml"),
            "s/x/c/%=",
            .. Enumerable.Range(0, 20).Select(i => $"s/x/c/d/d{i}.yaml"),
            .. Enumerable.Range(0, 15).Select(i => $"s/x/c/e/\"e\\{i}.yaml"),
            "s/y/+=",
            "s/y/f.yaml",
            "s/y/g$/g.yaml",
            "s/y/g$/h.yaml",
            "s/z.yaml",
        ]);
        var matrix = files.Build("s", new SuiteOptions { Seed = 7 });
        var jobs = matrix.Jobs().ToList();
        Assert.True(jobs.Count > 6000);
        Assert.Equal(string.Concat(jobs.Select(job => Line(job, format, null))), WrittenSuite.Text(matrix, format));
        Assert.Equal(string.Concat(jobs.Take(5).Select(job => Line(job, format, null))), WrittenSuite.Text(matrix, format, limit: 5));
        var filter = new SuiteFilter { Filter = ["a3", "z"], FilterOut = ["b1"] };
        Assert.Equal(string.Concat(jobs.Where(filter.Keeps).Take(9).Select(job => Line(job, format, null))), WrittenSuite.Text(matrix, format, filter, limit: 9));
    }

    [Theory]
    [InlineData("s/one.yaml", "s/one.yaml\n")]
    [InlineData("s", "s/one\n")]
    public void Write_SingleFile_IsNamedAsInJobs(string suite, string expected)
    {
        using var files = new SuiteFiles("s/one.yaml=a: 1");
        Assert.Equal(expected, WrittenSuite.Text(files.Build(suite), SuiteFormat.Text));
    }

    [Fact]
    public void WriteMerged_BrokenFragment_WritesTheJobsBeforeAndNamesThePlace()
    {
        using var files = new SuiteFiles("s/a.yaml=x: 1", "s/b.yaml=x: [", "s/c.yaml=x: 3");
        var (written, error) = WrittenSuite.Until(stream => new SuiteWriter(stream, SuiteFormat.Json).WriteMerged(files.Build(), new JobMerger(files.Suites), 0, default));
        Assert.Single(written.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.EndsWith("}\n", written);
        Assert.Contains("b.yaml:1:", error);
    }

    [Fact]
    public void Write_Cancelled_EndsAfterAJob()
    {
        using var files = new SuiteFiles("s/a.yaml=x: 1");
        using var stream = new MemoryStream();
        Assert.Throws<OperationCanceledException>(() => new SuiteWriter(stream, SuiteFormat.Text).Write(files.Build(), null, 0, new CancellationToken(true)));
        Assert.Equal(0, stream.Length);
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static string Mapping((string Key, string Value)[] entries) =>
        $"{{{string.Join(", ", entries.DistinctBy(e => e.Key).Select(e => $"{e.Key}: {e.Value}"))}}}";

    private static void WriteInFull(Stream stream, SuiteMatrix matrix, JobMerger merger, SuiteFormat format)
    {
        foreach (var job in matrix.Jobs())
            if (merger.Merge(job) is { } merged)
                stream.Write(Encoding.UTF8.GetBytes(Line(job, format, merged.Config)));
    }

    private static string Line(SuiteJob job, SuiteFormat format, YamlMap? config)
    {
        if (format == SuiteFormat.Text)
            return config is null ? $"{job.Description}\n" : $"--- # {job.Description}\n{YamlDumper.Dump(config)}";
        var paths = string.Join(',', job.Fragments.Select(path => CanonicalJson.Write(path)));
        return $"{{\"description\":{CanonicalJson.Write(job.Description)},\"paths\":[{paths}]{(config is null ? "" : $",\"config\":{CanonicalJson.Write(config)}")}}}\n";
    }
}
