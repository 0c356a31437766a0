using System.Globalization;
using Teuthology.Yaml;

namespace Teuthology.Suites.Tests;

public sealed class PairwiseSubsetTests
{
    private const long MostJobs = 3000;

    /// <summary>Random trees of every kind of directory, the same in every run. Files in a directory with <c>$</c> begin with <c>r</c>.</summary>
    [Fact]
    public void Build_ManyTrees_HaveEveryPairThatSomeJobHas()
    {
        for (var seed = 0; seed < 50; seed++)
            AssertCovers(Tree(new Random(seed)), 1 + (seed % 3), new SuiteOptions { Seed = seed }, null);
    }

    [Fact]
    public void Build_ManyTreesWithFilters_HaveEveryPairOfTheJobsThatTheyKeep()
    {
        string[] words = ["0", "1", "d0", "a/f"];
        string[] without = ["2", "c", "b/f1"];
        for (var seed = 0; seed < 25; seed++)
            AssertCovers(Tree(new Random(seed)), 2, new SuiteOptions(), new SuiteFilter { Filter = [words[seed % 4]], FilterOut = [without[seed % 3]] });
    }

    [Fact]
    public void Build_ManyTreesWithScripts_HaveEveryPairOfTheJobsThatTheyAccept()
    {
        int[] hard = [62, 1300, 2275, 2545];
        foreach (var seed in Enumerable.Range(0, 40).Concat(hard))
            AssertCovers(WithScripts(Tree(new Random(seed)), new Random(seed)), 2, new SuiteOptions(), null);
    }

    [Fact]
    public void Build_FlatProduct_IsAsSmallAsPossible()
    {
        using var files = new SuiteFiles(Product(5, 4, 3, 2, 2));
        var report = Pairwise(files, 2).Covering!;

        Assert.Equal(20, report.Size);
        Assert.Equal(240, report.FullSize);
        Assert.Equal((5 * 4) + (5 * 3) + (5 * 2 * 2) + (4 * 3) + (4 * 2 * 2) + (3 * 2 * 2) + (2 * 2), report.Demanded);
        Assert.Equal(report.Demanded, report.Covered);
    }

    [Fact]
    public void Build_SameSeed_GivesTheSameJobs()
    {
        using var files = new SuiteFiles(Product(4, 4, 3, 3, 2));

        Assert.Equal(Descriptions(Pairwise(files, 2)), Descriptions(Pairwise(files, 2)));
    }

    [Fact]
    public void Build_MoreJobsThanCanBeCounted_IsDoneWithoutListingThem()
    {
        using var files = new SuiteFiles(Product([.. Enumerable.Repeat(2, 100)]));
        var matrix = Pairwise(files, 2);

        Assert.Equal(10, matrix.Count);
        Assert.Equal(10, matrix.Jobs().Select(j => j.Description).Distinct().Count());
        Assert.Equal(matrix.Jobs().Last().Description, matrix.Job(9).Description);
    }

    [Fact]
    public void Build_PairThatAScriptRejects_IsReported()
    {
        using var files = new SuiteFiles(
            "s/%", "s/a/0.yaml=a: 0", "s/a/1.yaml=a: 1", "s/b/0.yaml=b: 0", "s/b/1.yaml=b: 1", "s/c/0.yaml", "s/c/1.yaml",
            "s/z.yaml=teuthology:\n  postmerge:\n  - if yaml.a == 1 and yaml.b == 1 then reject() end\n");
        var report = Pairwise(files, 2).Covering!;

        Assert.Equal(["a/1", "b/1"], Assert.Single(report.Rejected));
        Assert.Empty(report.Unresolved);
        Assert.Equal(11, report.Demanded);
        Assert.Equal(11, report.Covered);
    }

    [Fact]
    public void Build_FragmentThatAScriptDrops_DoesNotCountInThatJob()
    {
        using var files = new SuiteFiles(
            "s/%", "s/a/0.yaml=a: 0", "s/a/1.yaml=a: 1", "s/b/0.yaml", "s/b/1.yaml=teuthology:\n  premerge: if yaml.a == 1 then reject() end\n");
        var report = Pairwise(files, 2).Covering!;

        Assert.Equal(["a/1", "b/1"], Assert.Single(report.Rejected));
        Assert.Equal(3, report.Covered);
    }

    [Fact]
    public void Build_ValueWhosePartnersAllDropThemselves_IsInAJobAllTheSame()
    {
        const string drop = "=teuthology:\n  premerge: if yaml.a == 1 then reject() end\n";
        using var files = new SuiteFiles("s/%", "s/a/0.yaml=a: 0", "s/a/1.yaml=a: 1", "s/b/0.yaml" + drop, "s/b/1.yaml" + drop);
        var matrix = Pairwise(files, 2);

        Assert.Equal(2, matrix.Covering!.Rejected.Count);
        Assert.Contains(matrix.Jobs(), j => j.Fragments.Contains("a/1.yaml"));
    }

    [Theory]
    [InlineData("pairwise", 2)]
    [InlineData("pairwise:3", 3)]
    public void Parse_Pairwise_IsRead(string text, int strength)
    {
        Assert.Equal(strength, SuiteSubset.Parse(text).Strength);
        Assert.Equal(text, SuiteSubset.Parse(text).ToString());
    }

    [Theory]
    [InlineData("pairwise:")]
    [InlineData("pairwise:0")]
    [InlineData("pairwise:x")]
    [InlineData("pairwise2")]
    public void Parse_NoStrength_IsAnError(string text) => Assert.Throws<ConfigurationException>(() => SuiteSubset.Parse(text));

    private static void AssertCovers(string[] tree, int strength, SuiteOptions options, SuiteFilter? filter)
    {
        using var files = new SuiteFiles(tree);
        SuiteMatrix full;
        try
        {
            full = new SuiteTree(files.Suites).Build("s", options);
            if (full.Count > MostJobs)
                return;
            _ = full.Jobs().Count();
        }
        catch (ConfigurationException)
        {
            return; // No suite: nothing in it, or a number in % that is too large.
        }

        var merger = new JobMerger(files.Suites, filter: filter);
        var kept = full.Jobs().Select(j => merger.Merge(j)).OfType<MergedJob>().ToList();
        var wanted = kept.SelectMany(m => Tuples(m, strength)).ToHashSet(StringComparer.Ordinal);
        var matrix = new SuiteTree(files.Suites).Build("s", options with { Subset = SuiteSubset.Pairwise(strength) }, filter);
        var chosen = matrix.Jobs().ToList();
        var report = matrix.Covering!;

        Assert.Equal(chosen.Count, report.Size);
        Assert.Equal(kept.Select(m => m.Job.Description).Where(chosen.Select(c => c.Description).ToHashSet(StringComparer.Ordinal).Contains), chosen.Select(c => c.Description));
        var has = chosen.Select(j => merger.Merge(j)!).SelectMany(m => Tuples(m, strength)).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(report.Covered + report.Unresolved.Count, report.Demanded);
        if (report.Unresolved.Count == 0)
            Assert.Empty(wanted.Except(has));
        else
            Assert.True(full.Count > 256, "few jobs can all be tried");
    }

    private static IEnumerable<string> Tuples(MergedJob job, int strength)
    {
        var dropped = ((YamlList)((YamlMap)job.Config["teuthology"]!)["fragments_dropped"]!).Cast<string>().ToList();
        var fragments = job.Job.Fragments.Where(f => !Path.GetFileName(f).StartsWith('r') && !dropped.Exists(d => d.EndsWith("/s/" + f, StringComparison.Ordinal))).ToList();
        return strength switch
        {
            1 => fragments,
            2 => fragments.SelectMany(f => fragments, (f, g) => $"{f} {g}"),
            _ => fragments.SelectMany(f => fragments, (f, g) => $"{f} {g}").SelectMany(f => fragments, (f, g) => $"{f} {g}"),
        };
    }

    private static SuiteMatrix Pairwise(SuiteFiles files, int strength) =>
        new SuiteTree(files.Suites).Build("s", new SuiteOptions { Subset = SuiteSubset.Pairwise(strength) });

    private static string[] Descriptions(SuiteMatrix matrix) => [.. matrix.Jobs().Select(j => j.Description)];

    private static IEnumerable<string> Product(params int[] levels) =>
        levels.SelectMany((count, f) => Enumerable.Range(0, count).Select(v => string.Create(CultureInfo.InvariantCulture, $"s/f{f:000}/{v}.yaml"))).Prepend("s/%");

    private static string[] Tree(Random random)
    {
        var files = new List<string>();
        Directory("s", 0, "");
        return [.. files];

        void Directory(string path, int depth, string inherited)
        {
            var kind = depth == 0 ? "%" : (random.Next(12) switch { < 4 => "%", 4 => "%2", 5 => "+", 6 => "$", _ => "" });
            if (kind.Length > 0)
                files.Add($"{path}/{kind[0]}{(kind.Length > 1 ? "=" + kind[1..] : "")}");
            var prefix = kind == "$" || inherited == "r" ? "r" : "f";
            var entries = random.Next(1, 5);
            for (var i = 0; i < entries; i++)
            {
                if (depth < 3 && random.Next(depth + 2) == 0)
                    Directory(string.Create(CultureInfo.InvariantCulture, $"{path}/{"abcd"[i]}{(random.Next(12) == 0 ? ".disable" : "")}"), depth + 1, prefix);
                else
                    files.Add(string.Create(CultureInfo.InvariantCulture, $"{path}/{prefix}{i}.yaml"));
            }

            if (kind == "%")
                for (var i = random.Next(3); i >= 0; i--)
                    Directory(string.Create(CultureInfo.InvariantCulture, $"{path}/d{i}"), Math.Max(depth + 1, 2), prefix);
        }
    }

    /// <summary>One of several in a plain directory. What a choice brings along, or every job has, is not asked for where a script drops it.</summary>
    private static bool IsChoice(string file, string[] tree)
    {
        var directory = Path.GetDirectoryName(file)!;
        if (Markers(directory, "%+$") || tree.Count(f => Path.GetDirectoryName(f) == directory) < 2)
            return false;
        for (var above = Path.GetDirectoryName(directory); !string.IsNullOrEmpty(above); above = Path.GetDirectoryName(above))
            if (Markers(above, "+$"))
                return false;
        return true;

        bool Markers(string path, string marks) => marks.Any(mark => tree.Any(f => f.StartsWith($"{path}/{mark}", StringComparison.Ordinal)));
    }

    /// <summary>Gives each fragment a key, and a few of them a script that rejects the job or drops the fragment when two others are there.</summary>
    private static string[] WithScripts(string[] tree, Random random)
    {
        var fragments = tree.Select((file, i) => (file, i)).Where(f => f.file.EndsWith(".yaml", StringComparison.Ordinal)).ToList();
        string Key(int i) => string.Create(CultureInfo.InvariantCulture, $"k{i}");
        string Any() => "yaml." + Key(fragments[random.Next(fragments.Count)].i) + " == 1";
        return
        [
            "s/0.yaml=" + string.Concat(fragments.Select(f => Key(f.i) + ": 0\n")),
            .. tree.Select((file, i) => !file.EndsWith(".yaml", StringComparison.Ordinal) ? file
                : $"{file}={Key(i)}: 1\n" + (random.Next(5) switch
                {
                    0 => $"teuthology:\n  postmerge:\n  - if {Any()} and {Any()} then reject() end\n",
                    1 when IsChoice(file, tree) => $"teuthology:\n  premerge: if {Any()} then reject() end\n",
                    _ => "",
                })),
        ];
    }
}
