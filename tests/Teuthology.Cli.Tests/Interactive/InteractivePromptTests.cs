using Teuthology.Lab;

namespace Teuthology.Cli.Tests;

/// <summary>The <c>interactive</c> task as a person meets it: a terminal, keys, a job on the loopback lab.</summary>
[Collection(nameof(LabProgramTests))]
public sealed class InteractivePromptTests : IAsyncLifetime
{
    private readonly Cli _cli = new();

    // a name that no other run on this host has
    private string JobFile => Path.GetFileName(_cli.Directory) + ".yaml";

    private string History => Path.Combine(_cli.Directory, "xdg", "teuthology", "interactive_history");

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
    public async Task Interactive_OnATerminal_AnswersUntilCtrlD()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(History)!);
        await File.WriteAllTextAsync(History, "\"from an earlier session\".Length\n");
        await using var terminal = await StartAsync($"""
            roles: [[mon.0, osd.0], [client.0]]
            tasks:
            - interactive:
            - exec:
                client.0: [cat {_cli.Directory}/uploaded]
            """);
        await terminal.WaitForAsync("press control-D to exit...\nMachines: .*lo1\\[mon.0,osd.0\\] .*lo2\\[client.0\\]\n.*\nctx>\\z");

        // history of an earlier session, completion of a member, of a role, and a value
        await terminal.PressAsync("Up", "Enter");
        await terminal.WaitForAsync("^ctx> \"from an earlier session\".Length\n23\nctx>\\z");
        await terminal.TypeAsync("ctx.Clus");
        await terminal.PressAsync("Tab");
        await terminal.WaitForAsync("^ctx> ctx.Cluster\\z");
        await terminal.TypeAsync(".Only(\"os");
        await terminal.PressAsync("Tab");
        await terminal.WaitForAsync("^ctx> ctx.Cluster.Only\\(\"osd.0\"\\z");
        await terminal.EnterAsync(")");
        await terminal.WaitForAsync("^\\S+@lo1\\[mon.0,osd.0\\]\nctx>\\z");
        await terminal.TypeAsync("ctx.Con");
        await terminal.PressAsync("Tab");
        await terminal.EnterAsync(".Keys.Count > 0");
        await terminal.WaitForAsync("^ctx> ctx.Config.Keys.Count > 0\ntrue\nctx>\\z");

        // commands: output as it comes, their text, a file, a program with arguments, all machines at once
        await terminal.EnterAsync("var text = await sh(\"mon.0\", \"hostname; echo second\")");
        await terminal.WaitForAsync("\\)\nlo1\nsecond\nctx>\\z");
        await terminal.EnterAsync("text.Split('\\n').Length");
        await terminal.WaitForAsync("\n3\nctx>\\z");
        await terminal.EnterAsync("sh(\"all\", \"hostname\")");
        await terminal.WaitForAsync("\\)\n(lo1: lo1\nlo2: lo2|lo2: lo2\nlo1: lo1)\nctx>\\z");
        await terminal.EnterAsync("run(\"client.0\", \"printf\", \"%s|\", \"a b\", \"$HOME\")");
        await terminal.WaitForAsync("^a b\\|\\$HOME\\|\nstatus 0 after .* s\nctx>\\z");
        await File.WriteAllTextAsync(Path.Combine(_cli.Directory, "here"), "the content\n");
        await terminal.EnterAsync($"await upload(\"client.0\", \"here\", \"{_cli.Directory}/uploaded\"); download(\"client.0\", \"{_cli.Directory}/uploaded\", \"back\")");
        await terminal.WaitForAsync("back \\(12 bytes\\)\nctx>\\z");
        await terminal.EnterAsync("pp(new YamlMap { [\"a\"] = 1L, [\"b\"] = \"c\" })");
        await terminal.WaitForAsync("^a: 1\nb: c\nctx>\\z");

        // several lines
        await terminal.EnterAsync("foreach (var r in ctx.Cluster.Remotes)");
        await terminal.WaitForAsync("^\\.\\.\\.>\\z");
        await terminal.EnterAsync("    Console.WriteLine(\"<\" + r.ShortName + \">\");");
        await terminal.WaitForAsync("^<lo1>\n<lo2>\nctx>\\z");

        // errors: one line each, and the session goes on
        await terminal.EnterAsync("nope + 1");
        await terminal.WaitForAsync("^line 1, column 1: CS0103: The name 'nope' does not exist in the current context\nctx>\\z");
        await terminal.EnterAsync("ctx.cluster");
        await terminal.WaitForAsync("CS1061: .*; did you mean 'Cluster'\\?\nctx>\\z");
        await terminal.EnterAsync("sh client.0 ls");
        await terminal.WaitForAsync("; write sh\\(\"role\", \"command\"\\)\nctx>\\z");
        await terminal.EnterAsync("ctx.Daemons");
        await terminal.WaitForAsync("^no daemons\nctx>\\z");
        await terminal.EnterAsync("await sh(\"client.0\", \"echo oh; exit 3\")");
        await terminal.WaitForAsync("^oh\nline 1: Command failed on lo2 with status 3: 'echo oh; exit 3'\nctx>\\z");
        await terminal.EnterAsync("sh(\"mds.7\", \"true\")");
        await terminal.WaitForAsync("no machine has the role or the name 'mds.7'; there are mon.0, osd.0, client.0, lo1, lo2, all\nctx>\\z");

        // Ctrl-C ends the command, on the machine too, and nothing else
        var sleep = $"sleep 4{Environment.ProcessId}";
        await terminal.EnterAsync($"sh(\"mon.0\", \"echo begun; {sleep}; echo never\")");
        await terminal.WaitForAsync("^begun\\z");
        Assert.NotEmpty(Running(sleep));
        await terminal.PressAsync("C-c");
        await terminal.WaitForAsync("^begun\n\\^C\ninterrupted\nctx>\\z");
        Assert.Empty(Running(sleep));
        await terminal.TypeAsync("half a li");
        await terminal.PressAsync("C-c");
        await terminal.WaitForAsync("half a li\\^C\nctx>\\z");

        await terminal.PressAsync("C-d");
        var end = await terminal.WaitForAsync("^exit=\\d+$");
        Assert.Matches("(?m)^pass +1 ", end);
        Assert.Contains("\nexit=0", end, StringComparison.Ordinal);
        Assert.DoesNotContain("never\n", end, StringComparison.Ordinal);
        Assert.Equal("the content\n", await File.ReadAllTextAsync(Path.Combine(_cli.Directory, "back")));
        Assert.Contains("text.Split('\\\\n').Length", await File.ReadAllLinesAsync(History));
        var log = await File.ReadAllTextAsync(Directory.GetFiles(_cli.Directory, "teuthology.log", SearchOption.AllDirectories).Single());
        Assert.Contains("INFO:teuthology.task.interactive:typed: nope + 1\n", log, StringComparison.Ordinal);
        Assert.Contains("lo2.stdout:the content\n", log, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task InteractiveOnError_ATaskFails_StopsBeforeAnythingIsUndone()
    {
        var kept = Path.Combine(_cli.Directory, "kept");
        await using var terminal = await StartAsync(
            $"roles: [[mon.0]]\ntasks:\n- exec_on_cleanup: {{mon.0: [rm {kept}]}}\n- exec: {{mon.0: [touch {kept}, 'echo the reason >&2; exit 3']}}\n- exec: {{mon.0: [touch {kept}.never]}}\n",
            "--interactive-on-error");
        await terminal.WaitForAsync("'echo the reason >&2; exit 3'.*\n(.*\n)*ctx>\\z");

        Assert.True(File.Exists(kept));
        await terminal.EnterAsync("error.Message.Length > 0 && error is CommandFailedException { ExitStatus: 3 }");
        await terminal.WaitForAsync("\ntrue\nctx>\\z");
        await terminal.EnterAsync($"await sh(\"mon.0\", \"ls {kept}\")");
        await terminal.WaitForAsync($"\\)\n{kept}\nctx>\\z");
        await terminal.PressAsync("C-d");

        var end = await terminal.WaitForAsync("^exit=\\d+$");
        Assert.Contains("\nexit=1", end, StringComparison.Ordinal);
        Assert.Matches("(?m)^fail +1 ", end);
        Assert.False(File.Exists(kept));
        Assert.False(File.Exists(kept + ".never"));
        var log = await File.ReadAllTextAsync(Directory.GetFiles(_cli.Directory, "teuthology.log", SearchOption.AllDirectories).Single());
        Assert.Contains("Saw failure during task execution, going into interactive mode...", log, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Interactive_TerminatedAtThePrompt_UnwindsTheJob()
    {
        await using var terminal = await StartAsync("roles: [[mon.0]]\ntasks:\n- interactive:\n");
        await terminal.WaitForAsync("^ctx>\\z");
        await terminal.TypeAsync("half a li");

        await terminal.PressAsync("C-z"); // a key as any other here
        var prompt = Running($"run {JobFile}").Single();
        using var kill = System.Diagnostics.Process.Start("kill", ["-TERM", $"{prompt}"]);

        var end = await terminal.WaitForAsync("^exit=\\d+$");
        Assert.Matches("(?m)^dead +1 ", end);
        Assert.Contains("\nexit=143", end, StringComparison.Ordinal);
        await terminal.EnterAsync("echo $((6*7)) is echoed");
        await terminal.WaitForAsync("echo \\$\\(\\(6\\*7\\)\\) is echoed\n42 is echoed");
    }

    private async Task<Tmux> StartAsync(string job, string options = "")
    {
        _cli.Write(JobFile, job);
        var environment = new Dictionary<string, string>
        {
            ["TEUTHOLOGY_STATE"] = _cli.State,
            ["TEUTHOLOGY_ARCHIVE"] = Path.Combine(_cli.Directory, "archive"),
            ["XDG_STATE_HOME"] = Path.Combine(_cli.Directory, "xdg"),
            ["LC_ALL"] = "C.UTF-8",
            ["PS1"] = "$ ",
        };
        var terminal = await Tmux.StartAsync(_cli.Directory, environment, "bash --norc");
        await terminal.EnterAsync($"{TeuthologyProgram.Path} run {JobFile} --lab loopback {options}; echo exit=$?");
        return terminal;
    }

    // The loopback lab's machines are processes of this host.
    private static IEnumerable<int> Running(string command)
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)))
        {
            string line;
            try
            {
                line = File.ReadAllText($"/proc/{process}/cmdline").Replace('\0', ' ').Trim();
            }
            catch (IOException)
            {
                continue;
            }

            if (line.EndsWith(command, StringComparison.Ordinal) || line.Contains($"teuthology {command} ", StringComparison.Ordinal))
                yield return int.Parse(process!);
        }
    }
}
