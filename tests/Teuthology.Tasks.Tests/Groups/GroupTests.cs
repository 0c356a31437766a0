using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary>Groups need no machines: order is told by the log.</summary>
public sealed class GroupTests(LoopbackHost host) : IClassFixture<LoopbackHost>
{
    [Fact]
    public async Task Sequential_GroupEnds_UnwindsBeforeTheNextTask() => Assert.Equal(
        ["one", "two", "end two", "end one", "three", "end three"],
        await StepsAsync("""
            tasks:
            - sequential:
              - test.mark: one
              - test.mark: two
            - test.mark: three
            """));

    [Fact]
    public async Task FullSequential_EachMember_UnwindsBeforeTheNext() => Assert.Equal(
        ["one", "end one", "two", "end two"],
        await StepsAsync("tasks:\n- full_sequential:\n  - test.mark: one\n  - test.mark: two\n"));

    [Fact]
    public async Task FullSequentialFinally_Members_RunAtUnwinding() => Assert.Equal(
        ["now", "end now", "late", "end late", "later", "end later"],
        await StepsAsync("tasks:\n- full-sequential-finally:\n  - test.mark: late\n  - test.mark: later\n- test.mark: now\n"));

    [Fact]
    public async Task Loop_Body_RunsCountTimes() => Assert.Equal(
        ["x", "end x", "x", "end x", "x", "end x"],
        await StepsAsync("tasks:\n- loop:\n    count: 3\n    body:\n    - test.mark: x\n"));

    [Fact]
    public async Task Parallel_NamedSections_RunAsGroups()
    {
        var steps = await StepsAsync("""
            tasks:
            - parallel: [left, right]
            left:
            - test.mark: l1
            - test.mark: l2
            right:
              test.mark: r
            """);
        Assert.Equal(["l1", "l2", "end l2", "end l1"], steps.Where(s => s.Contains('l')));
        Assert.Equal(["r", "end r"], steps.Where(s => !s.Contains('l')));
    }

    [Fact]
    public async Task Parallel_OneFails_CancelsAndUnwindsTheOthers()
    {
        var result = await host.RunAsync("""
            tasks:
            - parallel:
              - sequential:
                - test.mark: held
                - sleep: {duration: 3600}
              - sequential:
                - test.meet:
                - test.fail: broken
            """);
        Assert.Equal((JobStatus.Fail, "broken"), (result.Status, result.FailureReason));
        Assert.Contains(":mark end held\n", result.Log());
        Assert.False(result.Summary().ContainsKey("failures"));
    }

    [Fact]
    public async Task Interactive_NoTerminal_GoesOnWithANote()
    {
        var result = await host.RunAsync("tasks:\n- interactive:\n- print: after\n");
        result.ShouldPass();
        Assert.Contains("interactive: there is no terminal; going on", result.Log());
        Assert.Contains("INFO:teuthology.task.print:after\n", result.Log());
    }

    [Fact]
    public async Task Print_ValuesOfYaml_AreShownAsPythonShowsThem()
    {
        var result = await host.RunAsync("tasks:\n- print: [a, {b: 1, c: 0.5}, true, ~]\n- print:\n- print: \"it's\"\n");
        Assert.Contains(":teuthology.task.print:['a', {'b': 1, 'c': 0.5}, True, None]\n", result.Log());
        Assert.Contains(":teuthology.task.print:None\n", result.Log());
        Assert.Contains(":teuthology.task.print:it's\n", result.Log());
    }

    [Theory]
    [InlineData("- sleep: {duration: long}", "job.yaml:2:11: task 'sleep': 'duration' must be a number of seconds, not the text 'long'")]
    [InlineData("- sleep: 3", "job.yaml:2:3: task 'sleep': write 'duration: SECONDS' under it")]
    [InlineData("- loop: {count: 2}", "job.yaml:2:9: task 'loop': 'body' must be a list of tasks")]
    public async Task Task_WrongConfiguration_NamesTheLine(string task, string message)
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => host.RunAsync($"tasks:\n{task}\n"));
        Assert.Equal(message, error.Message);
    }

    private async Task<List<string>> StepsAsync(string yaml)
    {
        var result = await host.RunAsync(yaml);
        result.ShouldPass();
        return [.. result.Log().Split('\n').Where(l => l.Contains(":mark ")).Select(l => l[(l.IndexOf(":mark ") + 6)..])];
    }
}
