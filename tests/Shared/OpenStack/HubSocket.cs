using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Teuthology.Testing.OpenStack;

/// <summary>Sockets in a network namespace.</summary>
public static class HubSocket
{
    private const int CloneNewNet = 0x40000000;

    /// <summary>Makes one: it stays in the namespace of the thread that made it, and that thread ends.</summary>
    /// <param name="network">File of the namespace.</param>
    public static async Task<Socket> CreateAsync(string network)
    {
        var made = new TaskCompletionSource<Socket>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                using var file = File.OpenHandle(network);
                if (SetNamespace((int)file.DangerousGetHandle(), CloneNewNet) != 0)
                    throw new InvalidOperationException($"cannot enter {network}");
                made.SetResult(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            }
            catch (Exception e)
            {
                made.SetException(e);
            }
        }) { IsBackground = true }.Start();
        return await made.Task;
    }

    /// <summary>A client whose connections begin in a namespace.</summary>
    /// <param name="network">File of the namespace.</param>
    public static HttpClient Client(string network) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = await CreateAsync(network);
            try
            {
                await socket.ConnectAsync(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    });

    [DllImport("libc", EntryPoint = "setns")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetNamespace(int file, int kind);
}
