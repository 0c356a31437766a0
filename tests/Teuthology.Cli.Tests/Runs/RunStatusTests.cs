using Teuthology.Lab;

namespace Teuthology.Cli.Tests;

/// <summary>The last line of a terminal while jobs run.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class RunStatusTests : IAsyncLifetime
{
    private readonly Cli _cli = new();

    public async Task InitializeAsync()
    {
        var offer = await new LoopbackProvisioner(new LabOptions { StateDirectory = _cli.State }, TimeProvider.System).DescribeAsync(default);
        Skip.If(offer.Machines == 0, $"this host can have no loopback lab: {offer.Remedy}");
    }

    public async Task DisposeAsync()
    {
        await TeuthologyProgram.RunAsync(TeuthologyProgram.Start(_cli.State, "lab", "down", "--force", "--lab", "loopback"));
        _cli.Dispose();
    }

    [SkippableFact]
    public async Task SuiteRun_OnATerminal_TellsHowItStandsAndHowLongItMayTake()
    {
        // the second job holds the run until the test has seen the line
        _cli.Write("suites/mine/1.yaml", "roles: [[a.0]]\ntasks:\n- exec: {a.0: ['exit 3']}\n");
        _cli.Write("suites/mine/2.yaml", $"roles: [[a.0]]\ntasks:\n- exec: {{a.0: ['until [ -e {_cli.Directory}/seen ]; do sleep 0.2; done']}}\n");
        _cli.Write("suites/mine/3.yaml", "tasks:\n- nop:\n");
        var environment = new Dictionary<string, string>
        {
            ["TEUTHOLOGY_STATE"] = _cli.State,
            ["TEUTHOLOGY_ARCHIVE"] = Path.Combine(_cli.Directory, "archive"),
            ["TEUTHOLOGY_LAB_NODES"] = "1",
            ["LC_ALL"] = "C.UTF-8",
            ["PS1"] = "$ ",
        };
        await using var terminal = await Tmux.StartAsync(_cli.Directory, environment, "bash --norc");
        await terminal.EnterAsync($"{TeuthologyProgram.Path} suite run mine --suite-dir . --lab loopback; echo exit=$?");

        await terminal.WaitForAsync("^1/3 done, 1 failed, 1 running, \\d+:\\d\\d, ETA \\d+:\\d\\d\\z");
        _cli.Write("seen", "");

        var end = await terminal.WaitForAsync("^exit=\\d+$");
        Assert.Contains("\nexit=1", end, StringComparison.Ordinal);
        Assert.DoesNotContain("running,", end, StringComparison.Ordinal);
        Assert.Matches("(?m)^fail +1 +[0-9.]+ s  mine/", end);
        Assert.Matches("(?m)2 pass, 1 fail in ", end);
    }

    [SkippableFact]
    public async Task Run_WhenItsTerminalIsClosed_Unwinds()
    {
        var file = _cli.Write("job.yaml", $$"""
            roles: [[a.0]]
            tasks:
            - exec_on_cleanup: {a.0: ['sleep 2; touch {{_cli.Directory}}/undone']}
            - exec: {a.0: ['touch {{_cli.Directory}}/begun; sleep 600']}
            """);
        var environment = new Dictionary<string, string> { ["TEUTHOLOGY_STATE"] = _cli.State, ["LC_ALL"] = "C.UTF-8" };
        await using (var terminal = await Tmux.StartAsync(_cli.Directory, environment, $"{TeuthologyProgram.Path} run {file} -a {_cli.Directory}/job --lab loopback"))
            await terminal.WaitForAsync("^exec 0:");

        var summary = Path.Combine(_cli.Directory, "job", "summary.yaml");
        for (var i = 0; i < 600 && !(File.Exists(summary) && (await File.ReadAllTextAsync(summary)).Contains("status", StringComparison.Ordinal)); i++)
            await Task.Delay(200);
        Assert.Contains("failure_reason: the job was cancelled", await File.ReadAllTextAsync(summary), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_cli.Directory, "undone")));
    }

    [Fact]
    public void LiveLine_BetweenPiecesOfALineAndWhileHidden_IsNotThere()
    {
        using var screen = new StringWriter { NewLine = "\n" };
        using var line = new LiveLine(screen, () => 10) { NewLine = "\n" };
        line.Show("0/3 done, 1 running");
        line.Write("half");
        line.WriteLine(" a line");
        using (line.Hide())
            line.WriteLine("prompt");
        line.Show("");
        Assert.Equal("0/3 done,\r\e[Khalf a line\n0/3 done,\r\e[Kprompt\n0/3 done,\r\e[K", screen.ToString());
    }
}
