using System.CommandLine;
using System.Diagnostics;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary><c>teuthology lab ssh NODE [COMMAND...]</c>: the real ssh, with the lab's key and the machine's host key.</summary>
internal sealed class LabSshVerb : LabVerb
{
    private readonly Argument<string> _node = new("NODE") { Description = "Machine, e.g. n1" };
    private readonly Argument<string[]> _command = new("COMMAND") { Description = "Run this instead of a shell; options in it are its own", Arity = ArgumentArity.ZeroOrMore };

    public LabSshVerb(Terminal terminal)
        : base(terminal, "ssh", "Log in to a machine, or run a command on it")
    {
        Add(_node);
        Add(_command);
        Remarks = ["Exit code and streams are those of ssh. Options of teuthology stand before NODE."];
        Examples =
        [
            ("teuthology lab ssh n1", "A shell"),
            ("teuthology lab ssh n1 sudo ceph -s", "One command"),
            ("tar c dir | teuthology lab ssh n2 tar x", "Streams go through"),
        ];
    }

    protected override async Task<int> RunAsync(LeasedLab lab, ParseResult line, CancellationToken cancellationToken)
    {
        var machine = await FindAsync(lab, line.GetRequiredValue(_node), cancellationToken);
        var files = Path.Combine(LabSettings.Read(Terminal, null).StateDirectory, "ssh");
        var start = new ProcessStartInfo("ssh") { UseShellExecute = false };
        foreach (var argument in SshCommand.Arguments(machine, await SshCommand.WriteKnownHostAsync(files, machine, cancellationToken), Self(machine, line)))
            start.ArgumentList.Add(argument);
        foreach (var word in line.GetValue(_command) ?? [])
            start.ArgumentList.Add(word);
        return await RunAsync(start, cancellationToken);
    }

    private static async Task<int> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        Process ssh;
        try
        {
            ssh = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"cannot start ssh: {failure.Message} (apt-get install openssh-client)", failure);
        }

        using (ssh)
        {
            // Ctrl-C goes to ssh by itself, as it sits at the same terminal: it decides.
            await ssh.WaitForExitAsync(CancellationToken.None);
            return ssh.ExitCode;
        }
    }

    private string[] Self(Machine machine, ParseResult line)
    {
        if (machine.Dial is null)
            return [];
        var program = Environment.ProcessPath ?? CommandLine.Name;
        string[] self = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, typeof(LabSshVerb).Assembly.Location] : [program];
        return [.. self, "lab", "dial", .. KindOption(line), machine.Name];
    }
}
