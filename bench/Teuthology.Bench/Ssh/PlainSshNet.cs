using Renci.SshNet;
using Teuthology.Orchestra.Tests;

namespace Teuthology.Bench;

/// <summary>The library alone: RunCommand on one thread a connection.</summary>
public static class PlainSshNet
{
    public static async Task<double> MeasureAsync(SshdProcess sshd, int connections, int commands, Func<string, double, Func<Task>, Task<double>> tell)
    {
        var clients = Enumerable.Range(0, connections)
            .Select(_ => new SshClient("127.0.0.1", sshd.Port, Environment.UserName, new PrivateKeyFile(sshd.IdentityFile))).ToList();
        await Task.WhenAll(clients.Select(client => client.ConnectAsync(CancellationToken.None)));
        var rate = await tell(
            $"SSH.NET, {connections} connection{(connections > 1 ? "s" : "")}",
            commands,
            () => Task.WhenAll(clients.Select(client => Task.Factory.StartNew(
                () =>
                {
                    for (var i = 0; i < commands / connections; i++)
                    {
                        using var command = client.RunCommand(SshBench.Program);
                    }
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default))));
        clients.ForEach(client => client.Dispose());
        return rate;
    }
}
