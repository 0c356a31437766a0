using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

/// <summary>What our own suites name must exist: an hour of bring-up is a dear way to find a misspelt script.</summary>
public sealed class SuiteWorkunitTests
{
    private static string Suites { get; } = Path.Combine(Repository.Root, "suites");

    public static TheoryData<string> Fragments() => [.. FragmentPaths()];

    [Theory]
    [MemberData(nameof(Fragments))]
    public void Fragment_NamesWorkunits_ThatExist(string fragment)
    {
        var tree = WorkunitTree.Open(Suites, "qa/workunits");
        foreach (var spec in Specs(YamlLoader.LoadFile(Path.Combine(Suites, fragment))))
            Assert.Single(tree.Select(ShellWords.Split(spec)[0], spec));
    }

    [Fact]
    public void Workunits_EveryOne_IsNamedBySomeSuite()
    {
        var named = FragmentPaths().SelectMany(f => Specs(YamlLoader.LoadFile(Path.Combine(Suites, f)))).Select(s => ShellWords.Split(s)[0]).ToHashSet(StringComparer.Ordinal);
        var tree = WorkunitTree.Open(Suites, "qa/workunits");
        foreach (var unit in new[] { "rbd", "rados", "fs" }.SelectMany(d => tree.Select(d, d)))
            Assert.Contains(unit, named);
    }

    private static IEnumerable<string> Specs(object? node) => node switch
    {
        YamlMap map when map.TryGetMap("workunit", out var workunit) && workunit.TryGetMap("clients", out var clients) =>
            clients.Values.OfType<YamlList>().SelectMany(l => l).OfType<string>(),
        YamlMap map => map.Values.SelectMany(Specs),
        YamlList list => list.SelectMany(Specs),
        _ => [],
    };

    private static IEnumerable<string> FragmentPaths() => new[] { "rbd", "smoke" }
        .SelectMany(s => Directory.EnumerateFiles(Path.Combine(Suites, s), "*.yaml", SearchOption.AllDirectories))
        .Select(f => Path.GetRelativePath(Suites, f)).Order(StringComparer.Ordinal);
}
