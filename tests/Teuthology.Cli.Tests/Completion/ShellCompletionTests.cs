namespace Teuthology.Cli.Tests;

/// <summary>Completion by the Tab key, in real shells on a real terminal.</summary>
public sealed class ShellCompletionTests : IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [SkippableTheory]
    [InlineData("bash", "bash --norc", "PS1='$ '; source <(teuthology completion bash)")]
    [InlineData("zsh", "zsh -f", "PS1='$ '; autoload -Uz compinit; compinit -D; source <(teuthology completion zsh)")]
    [InlineData("fish", "fish --no-config", "function fish_prompt; echo '$ '; end; teuthology completion fish | source")]
    public async Task Tab_InAShell_CompletesVerbsSuitesOptionsAndFiles(string shell, string command, string setup)
    {
        await DebianPrograms.RequireAsync(shell);
        _cli.Write("suites/rbd/basic/tasks/a.yaml", "");
        _cli.Write("suites/rados/a.yaml", "");
        _cli.Write("a-job.yaml", "");
        var environment = new Dictionary<string, string>
        {
            ["TEUTHOLOGY_STATE"] = _cli.State,
            ["TEUTHOLOGY_SUITES"] = _cli.Directory,
            ["HOME"] = _cli.Directory,
            ["PATH"] = $"{Path.GetDirectoryName(TeuthologyProgram.Path)}:{Environment.GetEnvironmentVariable("PATH")}",
            ["LC_ALL"] = "C.UTF-8",
        };
        await using var terminal = await Tmux.StartAsync(_cli.Directory, environment, command);
        await terminal.EnterAsync($"{setup}; echo rea''dy");
        await terminal.WaitForAsync("^ready\n+\\$\\z");

        await CompletesAsync(terminal, "teuthology sui", "teuthology suite");
        await CompletesAsync(terminal, "teuthology suite expand rb", "teuthology suite expand rbd");
        await CompletesAsync(terminal, "teuthology suite run rbd:ba", "teuthology suite run rbd:basic");
        await CompletesAsync(terminal, "teuthology suite run rbd --subs", "teuthology suite run rbd --subset");
        await CompletesAsync(terminal, "teuthology run a-job.yaml --lab loop", "teuthology run a-job.yaml --lab loopback");
        await CompletesAsync(terminal, "teuthology run a-j", "teuthology run a-job.yaml");
    }

    private static async Task CompletesAsync(Tmux terminal, string typed, string line)
    {
        await terminal.TypeAsync(typed);
        // fish shows behind the caret what it thinks will follow
        await terminal.WaitForAsync($"^\\$ {typed}");
        await terminal.PressAsync("Tab");
        await terminal.WaitForAsync($"^\\$ {line} ?\\z");
        await terminal.PressAsync("C-c");
        await terminal.WaitForAsync("^\\$\\z");
    }
}
