using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Teuthology.Orchestra;

/// <summary>
/// Standard input of a command in a lane. Bytes are kept until the host says that the command was given them; in the session after a lost
/// one they go on from there. Writes block a thread while the command does not read.
/// </summary>
/// <param name="token">The lane's token.</param>
/// <param name="seq">The command's number.</param>
/// <param name="first">Input of the session that it starts in.</param>
internal sealed class LaneInput(string token, long seq, Stream first) : WriteOnlyStream
{
    private const int LongestChunk = 256 * 1024;

    /// <summary>Bytes on their way at most: less than a session of OpenSSH takes unread, so that no write waits inside SSH.NET.</summary>
    private const int Window = 3 * 512 * 1024;

    private readonly object gate = new();
    private readonly Lock sending = new();
    private readonly List<byte> kept = [];
    private Stream? session = first;
    private long keptFrom;
    private long sent;
    private bool ended;
    private bool endSent;
    private bool over;

    /// <inheritdoc/>
    /// <exception cref="IOException">The command has ended.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var chunk = buffer[..Math.Min(buffer.Length, LongestChunk)];
            buffer = buffer[chunk.Length..];
            lock (gate)
            {
                while (!over && kept.Count > Window)
                    Monitor.Wait(gate);
                if (over)
                    throw new IOException("The command does not take input any more.");
                kept.AddRange(chunk);
            }

            Send();
        }
    }

    /// <summary>The session is lost: nothing is sent until <see cref="Resume"/>.</summary>
    public void Suspend()
    {
        lock (gate)
            session = null;
    }

    /// <summary>Goes on over another session.</summary>
    /// <param name="next">Its input.</param>
    /// <param name="had">Bytes that the command was given.</param>
    public void Resume(Stream next, long had)
    {
        lock (sending)
        {
            lock (gate)
            {
                (session, sent, endSent) = (next, had, false);
                Forget(had);
            }

            Send();
        }
    }

    /// <summary>The command was given so many bytes.</summary>
    public void Acknowledge(long had)
    {
        lock (gate)
            Forget(had);
    }

    /// <summary>The command takes no more.</summary>
    public void End()
    {
        lock (gate)
        {
            over = true;
            kept.Clear();
            Monitor.PulseAll(gate);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (gate)
                ended = true;
            Send();
        }

        base.Dispose(disposing);
    }

    private void Send()
    {
        lock (sending)
        {
            while (Next() is var (to, frame))
            {
                try
                {
                    to.Write(frame);
                }
                catch (Exception error) when (error is not OutOfMemoryException)
                {
                    // The session is lost: what was not acknowledged comes again in the next one.
                    Suspend();
                }
            }
        }
    }

    /// <summary>The next frame, which counts as sent from now on.</summary>
    private (Stream To, byte[] Frame)? Next()
    {
        lock (gate)
        {
            if (session is not { } to || over)
                return null;
            var rest = CollectionsMarshal.AsSpan(kept)[(int)(sent - keptFrom)..];
            if (!rest.IsEmpty)
            {
                rest = rest[..Math.Min(rest.Length, LongestChunk)];
                sent += rest.Length;
                return (to, [.. Head(rest.Length), .. rest]);
            }

            if (!ended || endSent)
                return null;
            endSent = true;
            return (to, Head(0));
        }
    }

    private byte[] Head(int length) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"put {seq} {length} {token}\n"));

    private void Forget(long had)
    {
        if (over)
            return;
        kept.RemoveRange(0, (int)(had - keptFrom));
        keptFrom = had;
        Monitor.PulseAll(gate);
    }
}
