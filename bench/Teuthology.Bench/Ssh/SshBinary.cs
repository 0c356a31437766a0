using Teuthology.Orchestra.Tests;

namespace Teuthology.Bench;

/// <summary>OpenSSH's client with a master connection that stays open.</summary>
public static class SshBinary
{
    public static async Task MeasureAsync(SshdProcess sshd, int connections, int commands, SshTable table)
    {
        var sockets = Enumerable.Range(0, connections).Select(i => Path.Combine(Path.GetDirectoryName(sshd.IdentityFile)!, $"mux{i}")).ToList();
        var options = new[]
        {
            "-F", "none", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-i", sshd.IdentityFile, "-p", sshd.Port.ToString(),
        };
        await Task.WhenAll(sockets.Select(socket => OpenSshServer.RunAsync("ssh", [.. options, "-M", "-S", socket, "-f", "-N", "-o", "ControlPersist=yes", "127.0.0.1"])));
        await table.MeasureAsync(
            $"commands a second by ssh with ControlMaster, {connections} connection{(connections > 1 ? "s" : "")}",
            commands,
            () => Task.WhenAll(sockets.Select(async socket =>
            {
                for (var i = 0; i < commands / connections; i++)
                    await OpenSshServer.RunAsync("ssh", [.. options, "-S", socket, "127.0.0.1", SshBench.Program]);
            })));
        await Task.WhenAll(sockets.Select(socket => OpenSshServer.RunAsync("ssh", [.. options, "-S", socket, "-O", "exit", "127.0.0.1"])));
    }
}
