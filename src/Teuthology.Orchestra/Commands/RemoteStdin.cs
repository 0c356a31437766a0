using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra;

/// <summary>Standard input of a command; disposing it tells end of file.</summary>
internal sealed class RemoteStdin(Stream channel) : WriteOnlyStream
{
    private bool closed;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(closed, this);
        try
        {
            channel.Write(buffer);
        }
        catch (Exception error) when (error is not (IOException or OutOfMemoryException))
        {
            throw new IOException("The command does not take input any more.", error);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        new(Task.Run(() => Write(buffer.Span), cancellationToken));

    /// <summary>Sends bytes or a stream, then end of file. A command that ends without reading all of it is no error.</summary>
    public async Task FeedAsync(byte[] prefix, ReadOnlyMemory<byte> bytes, Stream? from, ILogger log)
    {
        try
        {
            if (prefix.Length > 0)
                await WriteAsync(prefix).ConfigureAwait(false);
            if (bytes.Length > 0)
                await WriteAsync(bytes).ConfigureAwait(false);
            if (from is not null)
                await from.CopyToAsync(this, 256 * 1024).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            RemoteLog.StdinCut(log, error.Message);
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (!closed && disposing)
        {
            closed = true;
            channel.Dispose();
        }

        base.Dispose(disposing);
    }
}
