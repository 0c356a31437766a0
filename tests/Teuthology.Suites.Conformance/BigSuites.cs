namespace Teuthology.Suites.Conformance;

/// <summary>Suites of about a million jobs, listed to the end.</summary>
internal static class BigSuites
{
    public static void Compare(ConformanceData data, Tally tally)
    {
        foreach (var line in File.ReadLines(data.PathOf("goldens/big.jsonl")))
        {
            var record = Records.Parse(line);
            tally.Record();
            if (!data.HasTree(record.Text("tree")))
            {
                tally.Skip("its tree is not among the data");
                continue;
            }

            var matrix = new SuiteTree(data.SuitesOf(record.Text("tree"))).Build(record.Text("suite"), record.Options());
            tally.Check(record.Text("suite"), record.Text("desc_sha256"), Records.Sha256(matrix.Jobs().Select(Records.WithoutSuite)));
            var written = WrittenSuite.Text(matrix, SuiteFormat.Text)[..^1].Split('\n');
            tally.Check($"{record.Text("suite")} written", record.Text("desc_sha256"), Records.Sha256(written.Select(text => text[(matrix.Suite.Length + 1)..])));
            tally.Check(record.Text("suite"), record.Text("paths_sha256"), Records.Sha256(matrix.Jobs().Select(j => string.Join(' ', j.Fragments))));
        }
    }
}
