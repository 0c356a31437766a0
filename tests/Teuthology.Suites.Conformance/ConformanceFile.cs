namespace Teuthology.Suites.Conformance;

/// <summary>A file of upstream's answers, or several of one kind.</summary>
/// <param name="Name">Path below the directory of the data.</param>
/// <param name="Compare">Compares all its records with what this code answers.</param>
internal sealed record ConformanceFile(string Name, Action<ConformanceData, Tally> Compare)
{
    /// <summary>All files that the data can have.</summary>
    public static IReadOnlyList<ConformanceFile> All { get; } =
    [
        new("counts.md", Counts.Compare),
        new("goldens/ceph-2021-03-master.jsonl.gz", Goldens.Of("ceph-2021-03-master")),
        new("goldens/qa-suite-master.jsonl.gz", Goldens.Of("qa-suite-master")),
        new("goldens/big.jsonl", BigSuites.Compare),
        new("full", WholeJobs.Compare),
        new("filters.jsonl.gz", Filters.Compare),
        new("synthetic", SyntheticTrees.Compare),
        new("yaml_files.jsonl.gz", YamlTexts.CompareFiles),
        new("yaml_history_odd.jsonl.gz", YamlTexts.CompareHistory),
        new("yaml_dump.jsonl.gz", YamlTexts.CompareDumps),
        new("random_vectors.json", RandomVectors.Compare),
        new(Frequencies.Name, Frequencies.Compare),
    ];
}
