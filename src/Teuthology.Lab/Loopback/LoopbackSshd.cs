using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Teuthology.Lab;

/// <summary>Starts a node's sshd on a free port and waits until it answers.</summary>
internal static class LoopbackSshd
{
    private const int Attempts = 5;

    /// <exception cref="TeuthologyException">Kind Infrastructure, with sshd's log.</exception>
    public static async Task<LoopbackState> StartAsync(LoopbackNode node, string sshd, TimeSpan deadline, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(deadline, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // Somebody may take the port between the look and sshd's bind.
            for (var attempt = 1; attempt <= Attempts; attempt++)
            {
                var port = FreePort(node.Address);
                await node.WriteConfigAsync(port, stop.Token);
                using var process = Spawn(sshd, node);
                if (ProcessLife.StartTicks(process.Id) is not { } started)
                    continue;
                var state = new LoopbackState(ControllerProcess.Current with { ProcessId = process.Id, StartTicks = started }, port, time.GetUtcNow());
                await node.WriteStateAsync(state, stop.Token);
                if (await AnswersAsync(node.Address, port, process, stop.Token))
                    return state;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"{node.Name}: sshd did not answer within {deadline.TotalSeconds} s: {Log(node)}");
        }

        throw new TeuthologyException(FailureKind.Infrastructure, $"{node.Name}: sshd ends at once: {Log(node)}");
    }

    private static int FreePort(string address)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // A session of its own: a Ctrl-C on our terminal is not for the node, and the node outlives a killed controller until it is collected.
    private static Process Spawn(string sshd, LoopbackNode node)
    {
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false };
        foreach (var argument in (string[])["-c", "exec setsid \"$0\" \"$@\" </dev/null >/dev/null 2>&1", sshd, "-D", "-f", node.ConfigFile, "-E", node.LogFile])
            start.ArgumentList.Add(argument);
        start.WorkingDirectory = node.Directory;
        start.Environment["TEUTHOLOGY_NODE"] = node.Directory;
        return Process.Start(start)!;
    }

    private static async Task<bool> AnswersAsync(string address, int port, Process process, CancellationToken cancellationToken)
    {
        while (!process.HasExited)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Parse(address), port, cancellationToken);
                var banner = new byte[4];
                await client.GetStream().ReadExactlyAsync(banner, cancellationToken);
                return Encoding.ASCII.GetString(banner) == "SSH-";
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
            }
        }

        return false;
    }

    private static string Log(LoopbackNode node) =>
        File.Exists(node.LogFile) ? ToolRun.Tail(File.ReadAllText(node.LogFile)) : "it wrote no log";
}
