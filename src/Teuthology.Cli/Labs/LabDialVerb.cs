using System.CommandLine;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary>The hidden verb behind ssh's ProxyCommand: joins standard input and output to the machine's sshd.</summary>
internal sealed class LabDialVerb : LabVerb
{
    private readonly Argument<string> _node = new("NODE") { Description = "Machine" };

    public LabDialVerb(Terminal terminal)
        : base(terminal, "dial", "Join standard input and output to the sshd of a machine")
    {
        Hidden = true;
        Add(_node);
    }

    protected override async Task<int> RunAsync(LeasedLab lab, ParseResult line, CancellationToken cancellationToken)
    {
        var machine = await FindAsync(lab, line.GetRequiredValue(_node), cancellationToken);
        var dial = machine.Dial ?? throw new ConfigurationException($"{machine.Name} is reached at {machine.Address} directly");
        await using var sshd = await dial(machine.SshPort, cancellationToken);
        await using var input = Console.OpenStandardInput();
        await using var output = Console.OpenStandardOutput();
        var up = PumpAsync(input, sshd, cancellationToken);

        // What sshd says last must arrive; what the client would still say need not.
        await sshd.CopyToAsync(output, cancellationToken);
        await output.FlushAsync(cancellationToken);
        _ = up;
        return ExitCode.Success;
    }

    private static async Task PumpAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        int length;
        while ((length = await from.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await to.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
            await to.FlushAsync(cancellationToken);
        }
    }
}
