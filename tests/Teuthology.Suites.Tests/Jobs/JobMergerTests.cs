using Teuthology.Yaml;

namespace Teuthology.Suites.Tests;

public sealed class JobMergerTests
{
    [Fact]
    public void Merge_Fragments_AppendsListsAndKeepsTheBase()
    {
        using var files = new SuiteFiles("s/+", "s/a.yaml=tasks: [install]\nos_type: ubuntu", "s/b.yaml=tasks: [ceph]\nos_type: centos", "s/empty.yaml");
        var baseConfig = (YamlMap)YamlLoader.Load("os_type: centos\npriority: 5", "base")!;
        var config = Assert.Single(files.Build().Jobs().Select(new JobMerger(files.Suites, baseConfig).Merge))!.Config;

        Assert.Equal(
            """{"os_type":"centos","priority":5,"tasks":["install","ceph"],"teuthology":{"fragments_dropped":[],"meta":{},"postmerge":[]}}""",
            CanonicalJson.Write(config));
        Assert.Equal("""{"os_type":"centos","priority":5}""", CanonicalJson.Write(baseConfig));
        Assert.EndsWith("s/b.yaml:2:1", config.MarkOf("os_type")!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_TwoJobs_ShareNothing()
    {
        using var files = new SuiteFiles("s/%", "s/a.yaml=tasks: [{x: {y: 1}}]", "s/b/1.yaml", "s/b/2.yaml");
        var merger = new JobMerger(files.Suites);
        var jobs = files.Build().Jobs().ToList();
        var first = merger.Merge(jobs[0])!.Config;
        ((YamlMap)((YamlList)first["tasks"]!)[0]!)["x"] = "changed";

        Assert.Equal("""[{"x":{"y":1}}]""", CanonicalJson.Write(merger.Merge(jobs[1])!.Config["tasks"]));
    }

    [Theory]
    [InlineData("a: b: c", "bad.yaml:1:5")]
    [InlineData("- a", "bad.yaml:1:1")]
    [InlineData("text", "bad.yaml:1:1")]
    [InlineData("teuthology: 5", "bad.yaml:1:1")]
    [InlineData("x: 1\ntasks: {a: b}", "bad.yaml:2:1")]
    public void Merge_BrokenFragment_FailsItsJobsOnly(string text, string place)
    {
        using var files = new SuiteFiles("s/%", "s/0.yaml=tasks: [a]", "s/b/bad.yaml=" + text, "s/b/good.yaml=x: 1");
        var merger = new JobMerger(files.Suites);
        var jobs = files.Build().Jobs().ToList();

        Assert.Contains(place, Assert.Throws<ConfigurationException>(() => merger.Merge(jobs[0])).Message, StringComparison.Ordinal);
        Assert.NotNull(merger.Merge(jobs[1]));
    }

    [Fact]
    public void Jobs_OfASuite_ReadNoYaml()
    {
        using var files = new SuiteFiles("s/a.yaml=a: b: c");

        Assert.Equal("s/a", Assert.Single(files.Build().Jobs()).Description);
    }
}
