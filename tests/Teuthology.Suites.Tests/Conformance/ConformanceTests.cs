using System.Globalization;
using Teuthology.Suites.Conformance;
using Xunit.Abstractions;

namespace Teuthology.Suites.Tests;

/// <summary>Upstream's recorded answers, as far as a test may take; <c>eng/conformance</c> compares all of them.</summary>
public sealed class ConformanceTests(SharedConformance shared, ITestOutputHelper output) : IClassFixture<SharedConformance>
{
    [SkippableTheory]
    [InlineData("counts.md", 60)]
    [InlineData("goldens/ceph-2021-03-master.jsonl.gz", 300)]
    [InlineData("goldens/qa-suite-master.jsonl.gz", 300)]
    [InlineData("full", 1000)]
    [InlineData("filters.jsonl.gz", 100)]
    [InlineData("synthetic", 300)]
    [InlineData("yaml_files.jsonl.gz", 1000)]
    [InlineData("yaml_history_odd.jsonl.gz", 244)]
    [InlineData("yaml_dump.jsonl.gz", 500)]
    [InlineData("random_vectors.json", 5)]
    public void Compare_RecordsOfAFile_AreEqual(string name, int least)
    {
        Skip.If(shared.Data is null, "no directory above the tests has shared/conformance (answers of upstream's code); put it beside the clone to run this");
        var tally = new Tally();
        ConformanceFile.All.Single(f => f.Name == name).Compare(shared.Data!, tally);
        tally.Close();

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tally.Equal} equal, {tally.Different} different, {tally.Skipped} skipped"));
        Assert.True(tally.Different == 0, string.Join('\n', tally.Differences.Take(8)));
        Assert.True(tally.Equal >= least, $"only {tally.Equal} records were compared");
    }
}
