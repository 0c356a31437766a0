using Xunit.Abstractions;

namespace Teuthology.Suites.Tests;

/// <summary>Suites of about a million jobs, listed to the end.</summary>
public sealed class BigConformanceTests(ITestOutputHelper output)
{
    [SkippableFact]
    public void Jobs_OfAMillion_AreEqual()
    {
        Skip.IfNot(Environment.GetEnvironmentVariable("TEUTHOLOGY_CONFORMANCE") == "all", "takes long; set TEUTHOLOGY_CONFORMANCE=all to run it");
        var tally = new Tally(output);
        foreach (var line in File.ReadLines(ConformanceData.PathOf("goldens/big.jsonl")))
        {
            var record = Records.Parse(line);
            var matrix = new SuiteTree(ConformanceData.SuitesOf(record.Text("tree"))).Build(record.Text("suite"), record.Options());
            tally.Check(record.Text("suite"), record.Text("desc_sha256"), Records.Sha256(matrix.Jobs().Select(Records.WithoutSuite)));
            tally.Check(record.Text("suite"), record.Text("paths_sha256"), Records.Sha256(matrix.Jobs().Select(j => string.Join(' ', j.Fragments))));
        }

        tally.AssertAllEqual();
    }
}
