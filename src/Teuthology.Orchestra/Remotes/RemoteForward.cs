using System.Net;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Teuthology.Orchestra;

/// <summary>A port of a host's loopback address that leads to one of this machine's, as <c>ssh -R</c>; on a connection of its own, with which it ends.</summary>
public sealed class RemoteForward : IAsyncDisposable
{
    private readonly SshClient client;
    private readonly LoopbackBridge? bridge;
    private readonly ForwardedPortRemote port;

    private RemoteForward(SshClient client, LoopbackBridge? bridge, ForwardedPortRemote port) => (this.client, this.bridge, this.port) = (client, bridge, port);

    /// <summary>The port on the host.</summary>
    public int Port => (int)port.BoundPort;

    /// <summary>Whether it still leads anywhere.</summary>
    public bool IsOpen => client.IsConnected && port.IsStarted;

    /// <summary>Closes it; what goes through it is cut off.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.Run(client.Dispose).ConfigureAwait(false);
        if (bridge is not null)
            await bridge.DisposeAsync().ConfigureAwait(false);
    }

    internal static async Task<RemoteForward> OpenAsync(string host, SshClient client, LoopbackBridge? bridge, int to, CancellationToken ct)
    {
        var forward = new RemoteForward(client, bridge, new ForwardedPortRemote(IPAddress.Loopback, 0, IPAddress.Loopback, (uint)to));
        try
        {
            client.AddForwardedPort(forward.port);
            await Task.Run(forward.port.Start, ct).ConfigureAwait(false);
            return forward;
        }
        catch (SshException error)
        {
            await forward.DisposeAsync().ConfigureAwait(false);
            throw new TeuthologyException(FailureKind.Infrastructure, $"{host} forwards no port: its sshd_config must allow it (AllowTcpForwarding): {error.Message}", error);
        }
        catch
        {
            await forward.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
