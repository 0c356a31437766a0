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
    private const int Probes = 3;
    private const int Unacknowledged = 24;
    private const int LastDataReceived = 52;
    private const int LastAcknowledged = 56;
    private const int LongestInfo = 256;
    private readonly Session session;
    private readonly Socket near;
    private readonly Socket? far;
    private readonly RemoteOptions options;
    private long asked;
    private long doubted;

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
            doubted = 0;

            // It may wait: for room in the socket.
            new Thread(Ask) { IsBackground = true, Name = "ssh alive?" }.Start();
            return null;
        }

        var waited = options.Time.GetElapsedTime(since);
        var silence = waited < options.LinkTimeout - options.KeepAlive ? TimeSpan.Zero : Silence(waited);

        if (silence == TimeSpan.Zero || silence < options.LinkTimeout - options.KeepAlive)
            doubted = 0;
        else if (doubted == 0)
            doubted = options.Time.GetTimestamp();

        // The first look can come with the first word after a long pause of this process; what answers that word is there by a later one.
        else if (silence >= options.LinkTimeout && options.Time.GetElapsedTime(doubted) >= options.KeepAlive / 2)
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

    private static TimeSpan Quiet(Socket socket, int field, TimeSpan unknown) =>
        Info(socket) is { } info && info.Length >= field + sizeof(uint) ? TimeSpan.FromMilliseconds(BinaryPrimitives.ReadUInt32LittleEndian(info.AsSpan(field))) : unknown;

    private static byte[]? Info(Socket socket)
    {
        var info = new byte[LongestInfo];
        try
        {
            return OperatingSystem.IsLinux() ? info[..socket.GetRawSocketOption((int)ProtocolType.Tcp, TcpInfo, info)] : null;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>A kernel that owes no answer is not silent: it speaks when it is spoken to.</summary>
    private static bool OwesNothing(Socket socket) =>
        Info(socket) is { } info && info.Length >= Unacknowledged + sizeof(uint) && info[Probes] == 0 && BinaryPrimitives.ReadUInt32LittleEndian(info.AsSpan(Unacknowledged)) == 0;

    private TimeSpan Silence(TimeSpan unknown)
    {
        var data = Quiet(near, LastDataReceived, unknown);
        if (far is null)
            return data;
        if (OwesNothing(far))
            return TimeSpan.Zero;
        var kernel = Quiet(far, LastAcknowledged, unknown);
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
