using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Teuthology.Lab;

/// <summary>Opens connections from inside a network namespace, whatever namespace this process is in.</summary>
/// <param name="namespaceFile">File that stands for it, e.g. <c>/run/netns/name</c>.</param>
internal sealed class HubDialer(string namespaceFile)
{
    private const int CloneNewNet = 0x40000000;

    /// <summary>Connects to a TCP port.</summary>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the namespace is gone.</exception>
    /// <exception cref="SocketException">Nobody answers there.</exception>
    public async Task<Stream> ConnectAsync(string address, int port, CancellationToken cancellationToken)
    {
        var socket = await CreateSocketAsync();
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(address), port), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // A socket belongs for ever to the namespace of the thread that makes it, see network_namespaces(7).
    // That thread is ours alone and ends there: no other code may run in that namespace.
    private Task<Socket> CreateSocketAsync()
    {
        var made = new TaskCompletionSource<Socket>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                Enter();
                made.SetResult(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            }
            catch (Exception e)
            {
                made.SetException(e);
            }
        })
        { IsBackground = true, Name = "hub dialer" }.Start();
        return made.Task;
    }

    private void Enter()
    {
        try
        {
            using var file = File.OpenHandle(namespaceFile);
            if (SetNamespace(file, CloneNewNet) != 0)
                throw new TeuthologyException(FailureKind.Infrastructure, $"cannot enter the lab's network {namespaceFile}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        catch (FileNotFoundException e)
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"the lab's network {namespaceFile} is gone: the lab was taken down", e);
        }
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetNamespace(SafeFileHandle file, int kind);
}
