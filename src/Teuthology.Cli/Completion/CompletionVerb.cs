using System.CommandLine;

namespace Teuthology.Cli;

/// <summary><c>teuthology completion SHELL</c>: prints what the shell must read to complete our command lines.</summary>
internal sealed class CompletionVerb : Verb
{
    private readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh or fish" };

    public CompletionVerb(Terminal terminal)
        : base(terminal, "completion", "Print the script that completes teuthology's command lines in a shell")
    {
        _shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        Add(_shell);
        Examples =
        [
            ("source <(teuthology completion bash)", "Completion in this bash; put the line into ~/.bashrc to keep it"),
            ("teuthology completion zsh > ~/.zfunc/_teuthology", "Completion in zsh, with ~/.zfunc in fpath"),
            ("teuthology completion fish > ~/.config/fish/completions/teuthology.fish", "Completion in fish"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var script = line.GetRequiredValue(_shell) switch
        {
            "bash" => ShellScripts.Bash,
            "zsh" => ShellScripts.Zsh,
            _ => ShellScripts.Fish,
        };
        await Terminal.Out.WriteAsync(script.AsMemory(), cancellationToken);
        return ExitCode.Success;
    }
}
