using Teuthology.OpenStack;

namespace Teuthology.Lab;

/// <summary>Waits for a server that was made: for Nova, for its sshd, for the end of cloud-init's work.</summary>
/// <param name="compute">Nova.</param>
/// <param name="options">How long it may take, and from where it is reached.</param>
/// <param name="shell">Runs commands on it.</param>
/// <param name="time">Clock.</param>
internal sealed class ServerBoot(ComputeClient compute, CloudOptions options, IMachineShell shell, TimeProvider time)
{
    /// <summary>File that cloud-init makes at its end, upstream's name.</summary>
    public const string Sentinel = "/.teuth_provisioned";

    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(20);

    /// <summary>File that its console is kept in.</summary>
    public required string Console { get; init; }

    /// <summary>Waits until Nova says that it runs.</summary>
    /// <param name="id">The server.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it ended in ERROR, or takes too long.</exception>
    public Task<Server> ActiveAsync(string id, CancellationToken cancellationToken) => compute.WaitForServerAsync(id, options.BootTimeout, cancellationToken);

    /// <summary>Waits until commands can be run on it and cloud-init is through.</summary>
    /// <param name="id">The server.</param>
    /// <param name="machine">The machine that it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>It, with system and features.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it takes too long; the message has the end of its console.</exception>
    public async Task<Machine> UpAsync(string id, Machine machine, CancellationToken cancellationToken)
    {
        var last = "";
        var facts = await new Polling(TimeSpan.FromMilliseconds(500), options.BootTimeout).UntilAsync(
            async _ =>
            {
                last = $"nothing answers SSH at {SshGreeting.PlaceOf(machine)}";
                if (!await SshGreeting.AnswersAsync(machine, Answer, cancellationToken))
                    return null;
                var (status, _, errors) = await shell.RunAsync(machine, $"test -e {Sentinel}", Answer, cancellationToken);
                last = status == 1 ? $"cloud-init has not made {Sentinel}" : $"{machine.User} cannot run commands: {ToolRun.Tail(errors)}";
                return status == 0 ? await MachineFacts.AskAsync(machine, shell, cancellationToken) : null;
            },
            waited => new TeuthologyException(FailureKind.Infrastructure, $"server {machine.Name} ({id}) did not come up within {waited.TotalSeconds:F0} s: {last}"),
            time,
            cancellationToken);
        return machine with { OsType = facts.OsType, OsVersion = facts.OsVersion, Arch = facts.Arch, Features = facts.Features };
    }

    /// <summary>Keeps what its console showed, and gives the end of it.</summary>
    /// <param name="id">The server.</param>
    public async Task<string> ConsoleAsync(string id)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30), time);
            var text = await compute.ConsoleOutputAsync(id, null, limit.Token);
            Directory.CreateDirectory(Path.GetDirectoryName(Console)!);
            await File.WriteAllTextAsync(Console, text, CancellationToken.None);
            return text;
        }
        catch (Exception e) when (e is TeuthologyException or OperationCanceledException)
        {
            // Not every cloud shows consoles, and none of a server that never ran.
            return "";
        }
    }
}
