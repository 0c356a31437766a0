using System.Buffers.Binary;
using System.Net.Sockets;
using Renci.SshNet;

namespace Teuthology.Orchestra;

/// <summary>
/// Whether the other end of a connection is still there; a dead link says nothing by itself. sshd is asked, which takes it no process; and
/// the kernel is asked when it last heard of the host's, which answers however busy the host is.
/// </summary>
internal sealed class SshNetLink
{
    private const int TcpInfo = 11;
    private const int LastDataReceived = 52;
    private const int LastAcknowledged = 56;
    private const int LongestInfo = 256;
    private readonly Session session;
    private readonly Socket near;
    private readonly Socket? far;
    private readonly RemoteOptions options;
    private long asked;

    /// <param name="client">An open connection.</param>
    /// <param name="bridge">What lies between it and the network, or null.</param>
    /// <param name="options">Patience.</param>
    public SshNetLink(SshClient client, LoopbackBridge? bridge, RemoteOptions options)
    {
        this.options = options;
        session = (Session)SshNetAccess.SessionOf(client)!;
        near = SshNetAccess.SocketOf(session)!;
        far = bridge is null ? near : bridge.Far;
        session.RequestFailureReceived += (_, _) => Answered();
        session.RequestSuccessReceived += (_, _) => Answered();
    }

    /// <summary>To be called again and again: asks when nothing is asked, and gives the reason when there was no answer for too long.</summary>
    public string? Look()
    {
        var since = Interlocked.Read(ref asked);
        if (since == 0)
        {
            Interlocked.Exchange(ref asked, options.Time.GetTimestamp());

            // It may wait: for room in the socket.
            new Thread(Ask) { IsBackground = true, Name = "ssh alive?" }.Start();
            return null;
        }

        var waited = options.Time.GetElapsedTime(since);
        if (waited >= options.LinkTimeout && Silence(waited) is var silence && silence >= options.LinkTimeout)
            return $"nothing was heard of the host for {silence.TotalSeconds:0.#} seconds";
        return waited >= options.AnswerTimeout && Quiet(near, LastDataReceived, waited) >= options.AnswerTimeout ? $"sshd did not answer for {waited.TotalSeconds:0.#} seconds" : null;
    }

    /// <summary>Closes the connection without a word: words would wait for the link.</summary>
    public void Abort()
    {
        try
        {
            near.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It was closed in this moment.
        }
    }

    private static TimeSpan Quiet(Socket socket, int field, TimeSpan unknown)
    {
        var info = new byte[LongestInfo];
        try
        {
            return OperatingSystem.IsLinux() && socket.GetRawSocketOption((int)ProtocolType.Tcp, TcpInfo, info) >= field + sizeof(int)
                ? TimeSpan.FromMilliseconds(BinaryPrimitives.ReadUInt32LittleEndian(info.AsSpan(field)))
                : unknown;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return unknown;
        }
    }

    private TimeSpan Silence(TimeSpan unknown)
    {
        var data = Quiet(near, LastDataReceived, unknown);
        var kernel = far is null ? data : Quiet(far, LastAcknowledged, unknown);
        return data < kernel ? data : kernel;
    }

    private void Ask()
    {
        try
        {
            SshNetAccess.Send(session, SshNetAccess.GlobalRequest("keepalive@openssh.com"u8.ToArray(), wantReply: true));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The connection is lost, which its commands tell.
        }
    }

    private void Answered() => Interlocked.Exchange(ref asked, 0);
}
