namespace Teuthology.Orchestra;

/// <summary>
/// Hands bytes from the connection's reader to a thread that works on them. When that thread falls behind, writes wait, and with them
/// the connection: TCP then slows the host down, so that memory stays bounded.
/// </summary>
internal sealed class BoundedPipe : WriteOnlyStream
{
    private const int Capacity = 8 * 1024 * 1024;
    private readonly Lock gate = new();
    private readonly Queue<byte[]> chunks = [];
    private readonly SemaphoreSlim readable = new(0);
    private readonly ManualResetEventSlim writable = new(initialState: true);
    private long buffered;
    private int offset;
    private bool ended;
    private bool abandoned;

    public override bool CanRead => true;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        writable.Wait();
        lock (gate)
        {
            if (abandoned || buffer.IsEmpty)
                return;
            chunks.Enqueue(buffer.ToArray());
            buffered += buffer.Length;
            if (buffered >= Capacity)
                writable.Reset();
        }

        readable.Release();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        readable.Wait();
        lock (gate)
        {
            if (!chunks.TryPeek(out var chunk))
            {
                readable.Release();
                return 0;
            }

            var taken = Math.Min(buffer.Length, chunk.Length - offset);
            chunk.AsSpan(offset, taken).CopyTo(buffer);
            offset += taken;
            buffered -= taken;
            if (offset == chunk.Length)
            {
                chunks.Dequeue();
                offset = 0;
            }
            else
            {
                readable.Release();
            }

            if (buffered < Capacity / 2)
                writable.Set();
            return taken;
        }
    }

    /// <summary>No more will be written.</summary>
    public void End()
    {
        lock (gate)
        {
            if (ended)
                return;
            ended = true;
        }

        readable.Release();
    }

    /// <summary>Nobody reads any more: what is written from now on is dropped.</summary>
    public void Abandon()
    {
        lock (gate)
        {
            abandoned = true;
            chunks.Clear();
        }

        writable.Set();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            readable.Dispose();
            writable.Dispose();
        }

        base.Dispose(disposing);
    }
}
