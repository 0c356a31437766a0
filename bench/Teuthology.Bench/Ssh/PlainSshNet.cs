using Renci.SshNet;
using Teuthology.Orchestra.Tests;

namespace Teuthology.Bench;

/// <summary>The library alone: RunCommand on one thread a connection.</summary>
public static class PlainSshNet
{
    /// <param name="sshd">The sshd.</param>
    /// <param name="connections">How many.</param>
    /// <param name="commands">How many in all.</param>
    /// <param name="table">Gets the row; null only runs.</param>
    public static async Task MeasureAsync(SshdProcess sshd, int connections, int commands, SshTable? table)
    {
        var clients = Enumerable.Range(0, connections)
            .Select(_ => new SshClient("127.0.0.1", sshd.Port, Environment.UserName, new PrivateKeyFile(sshd.IdentityFile))).ToList();
        await Task.WhenAll(clients.Select(client => client.ConnectAsync(CancellationToken.None)));
        if (table is null)
            await WorkAsync();
        else
            await table.MeasureAsync($"commands a second by SSH.NET alone, {connections} connection{(connections > 1 ? "s" : "")}", commands, WorkAsync);
        clients.ForEach(client => client.Dispose());

        Task WorkAsync() => Task.WhenAll(clients.Select(client => Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < commands / connections; i++)
                {
                    using var command = client.RunCommand(SshBench.Program);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
    }
}
