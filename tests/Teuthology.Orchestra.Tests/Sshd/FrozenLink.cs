using System.Net.Sockets;

namespace Teuthology.Orchestra.Tests;

/// <summary>A link that can go dead: connected still, but nothing comes through.</summary>
public sealed class FrozenLink
{
    private readonly TaskCompletionSource frozen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Freeze() => frozen.SetResult();

    public async Task<Stream> DialAsync(int port, CancellationToken ct)
    {
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, ct);
        return new Link(client.GetStream(), frozen.Task);
    }

    private sealed class Link(Stream inner, Task frozen) : DuplexStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            if (frozen.IsCompleted)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            return read;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            frozen.IsCompleted ? ValueTask.CompletedTask : inner.WriteAsync(buffer, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
