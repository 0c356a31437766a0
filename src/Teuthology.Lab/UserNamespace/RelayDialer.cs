using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Teuthology.Lab;

/// <summary>Connects to machines of a network that only a process inside the user namespace can reach: bash and cat carry the bytes.</summary>
/// <param name="holder">Keeps the namespaces.</param>
/// <param name="hub">File of the machines' network namespace, as the holder sees it.</param>
internal sealed class RelayDialer(UserNamespaceHolder holder, string hub)
{
    // One byte tells that it is connected. The reading side alone keeps the output open, so its end is the stream's end.
    private const string Relay = "exec 3<>\"/dev/tcp/$1/$2\" && printf + || exit 1; cat <&3 & exec >&-; cat >&3; kill $! 2>/dev/null";

    /// <summary>Connects to a TCP port.</summary>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the lab is gone.</exception>
    /// <exception cref="SocketException">Nobody answers there.</exception>
    public async Task<Stream> ConnectAsync(string address, int port, CancellationToken cancellationToken)
    {
        var process = Start(holder.Process ?? throw new TeuthologyException(FailureKind.Infrastructure, "the lab's namespaces are gone: the lab was taken down"), address, port);
        var stream = new RelayStream(process);
        try
        {
            var connected = new byte[1];
            if (await stream.ReadAsync(connected, cancellationToken) == 0)
                throw new SocketException((int)SocketError.ConnectionRefused);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private Process Start(int inside, string address, int port)
    {
        var enter = UserNamespaceHolder.Inside(inside);
        var start = new ProcessStartInfo(enter[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        foreach (var argument in (string[])[.. enter.Skip(1), "nsenter", $"--net={hub}", "--", "bash", "-c", Relay, "relay", address, port.ToString(CultureInfo.InvariantCulture)])
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;

        // What it says on a refused connection is of no use, but must not fill its pipe.
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }
}
