using Teuthology.Yaml;

namespace Teuthology.Suites.Tests;

public sealed class MergeScriptsTests
{
    [Fact]
    public void Merge_PremergeThatRejects_DropsTheFragment()
    {
        using var files = new SuiteFiles("s/+", "s/0.yaml=os_type: ubuntu", "s/1.yaml=teuthology:\n  premerge: |\n    if yaml.os_type == 'ubuntu' then reject() end\nadded: 1\n");
        var config = Merge(files)!;

        Assert.False(config.ContainsKey("added"));
        Assert.EndsWith("s/1.yaml", (string)((YamlList)((YamlMap)config["teuthology"]!)["fragments_dropped"]!)[0]!, StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_PostmergeThatRejects_DropsTheJob()
    {
        using var files = new SuiteFiles("s/a.yaml=n: 5\nteuthology:\n  postmerge:\n  - if yaml.n > 4 then reject() end\n");

        Assert.Null(Merge(files));
    }

    [Fact]
    public void Merge_PostmergeThatEditsTasks_ChangesTheJob()
    {
        using var files = new SuiteFiles("""
            s/a.yaml=tasks: [install]
            teuthology:
              postmerge:
              - |
                local tasks = py_list()
                for i = 1, 2 do
                  local task = py_dict()
                  task.exec = py_dict()
                  task.exec["mon.a"] = py_list()
                  py_attrgetter(task.exec["mon.a"]).append("echo " .. i)
                  py_attrgetter(tasks).append(task)
                end
                deep_merge(yaml.tasks, tasks)
            """);

        Assert.Equal("""["install",{"exec":{"mon.a":["echo 1"]}},{"exec":{"mon.a":["echo 2"]}}]""", CanonicalJson.Write(Merge(files)!["tasks"]));
    }

    [Theory]
    [InlineData("yaml.v = yaml.nope", "KeyError: 'nope'", 5)]
    [InlineData("local a = 1\n    local b = a.b.c", "attempt to index a number value", 6)]
    [InlineData("if then", "failure to load script", 5)]
    [InlineData("yaml.v = {1}", "py_list", 5)]
    [InlineData("while true do end", "does not come to an end", 5)]
    [InlineData("error('own words')", "own words", 5)]
    public void Merge_ScriptThatFails_NamesFileAndLine(string script, string message, int line)
    {
        using var files = new SuiteFiles($"s/a.yaml=# comment\nteuthology:\n  meta: {{}}\n  postmerge:\n  - |\n    {script}\n");
        var error = Assert.Throws<ConfigurationException>(() => Merge(files));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.EndsWith("s/a.yaml", error.Mark!.File, StringComparison.Ordinal);
        Assert.InRange(error.Mark.Line, 4, line);
    }

    [Theory]
    [InlineData("io")]
    [InlineData("os")]
    [InlineData("require")]
    [InlineData("load")]
    [InlineData("debug")]
    [InlineData("coroutine")]
    [InlineData("setmetatable")]
    [InlineData("getmetatable")]
    [InlineData("pcall")]
    [InlineData("_G")]
    public void Merge_Script_CannotReach(string name)
    {
        using var files = new SuiteFiles($"s/a.yaml=teuthology:\n  postmerge:\n  - yaml.v = ({name} == nil) and (_ENV['{name}'] == nil)\n");

        Assert.Equal(true, Merge(files)!["v"]);
    }

    [Fact]
    public void Merge_ByManyThreads_GivesEachJobItsOwnResult()
    {
        using var files = new SuiteFiles(Enumerable.Range(0, 60).Select(i => $"s/n/{i}.yaml=n: {i}").Append("s/%").Append("s/z.yaml=teuthology:\n  postmerge:\n  - yaml.twice = yaml.n * 2\n"));
        var merger = new JobMerger(files.Suites);

        Parallel.ForEach(files.Build().Jobs(), job =>
        {
            var config = merger.Merge(job)!.Config;
            Assert.Equal((long)config["n"]! * 2, config["twice"]);
        });
    }

    private static YamlMap? Merge(SuiteFiles files) => new JobMerger(files.Suites).Merge(files.Build().Job(0))?.Config;
}
