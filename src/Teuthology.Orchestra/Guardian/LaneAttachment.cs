using System.Text;

namespace Teuthology.Orchestra;

/// <summary>A session that serves a lane, from its opening until it is lost or another one takes over.</summary>
internal sealed class LaneAttachment
{
    private readonly Lock delivery;
    private readonly Head stdout;
    private readonly Head stderr;
    private bool opened;
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="shell">The connection.</param>
    /// <param name="token">The lane's token.</param>
    /// <param name="delivery">Held while output is delivered.</param>
    /// <param name="stdout">Takes the lane's standard output.</param>
    /// <param name="stderr">Takes the lane's standard error.</param>
    public LaneAttachment(GuardedShell shell, string token, Lock delivery, LaneStream stdout, LaneStream stderr)
    {
        this.delivery = delivery;
        Shell = shell;
        (this.stdout, this.stderr) = (new Head(this, token, stdout), new Head(this, token, stderr));
    }

    public GuardedShell Shell { get; }

    public IShellCommand Session { get; private set; } = null!;

    public Stream Input { get; private set; } = Stream.Null;

    /// <summary>What came before the guardian spoke, on standard error: why it does not.</summary>
    public string Noise => stderr.Noise;

    /// <summary>What came before the lane was there, on standard output.</summary>
    public string Greeting => stdout.Noise;

    /// <summary>Opens the session and waits until the guardian has answered in both streams.</summary>
    /// <returns>Null when it has, else how the session ended without.</returns>
    /// <exception cref="ShellLostException">The connection was lost.</exception>
    public async Task<ShellExit?> OpenAsync(string line, CancellationToken ct)
    {
        Session = await Shell.StartAsync(line, stdout, stderr, ct).ConfigureAwait(false);
        Input = Session.OpenStdin();
        lock (delivery)
        {
            opened = true;
            stdout.Deliver();
            stderr.Deliver();
        }

        await Task.WhenAny(ready.Task, Session.Completion).WaitAsync(ct).ConfigureAwait(false);
        return ready.Task.IsCompleted ? null : await Session.Completion.ConfigureAwait(false);
    }

    /// <summary>Tells the worker something; of no effect when the session is lost.</summary>
    public void Write(string text)
    {
        try
        {
            Input.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Whoever follows the session takes the next step.
        }
    }

    /// <summary>Takes no more output from it. Must be called with the delivery lock held.</summary>
    public void Detach() => stdout.Gone = stderr.Gone = true;

    /// <summary>The start of a stream of the session, in which login scripts may have had their say.</summary>
    private sealed class Head(LaneAttachment owner, string token, LaneStream lane) : WriteOnlyStream
    {
        private const int LongestNoise = 64 * 1024;
        private readonly byte[] pattern = Encoding.ASCII.GetBytes($"\u0001{token} A 0\n");
        private readonly MemoryStream early = new();
        private byte[] noise = [];
        private bool attached;

        public bool Gone { get; set; }

        public string Noise => Encoding.UTF8.GetString(noise).Trim();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            lock (owner.delivery)
            {
                if (Gone)
                    return;

                // The end of a command lets the lane take the next one, for which its input must be there.
                if (owner.opened)
                    Take(buffer);
                else
                    early.Write(buffer);
            }
        }

        /// <summary>Takes what came before the session was known here. Must be called with the delivery lock held.</summary>
        public void Deliver()
        {
            if (!Gone)
                Take(early.ToArray());
            early.SetLength(0);
            early.Capacity = 0;
        }

        private void Take(ReadOnlySpan<byte> buffer)
        {
            if (attached)
            {
                lane.Write(buffer);
                return;
            }

            noise = [.. noise, .. buffer];
            if (noise.AsSpan().IndexOf(pattern) is var start and >= 0)
            {
                var rest = noise[(start + pattern.Length)..];
                (attached, noise) = (true, noise[..start]);
                if (owner.stdout.attached && owner.stderr.attached)
                    owner.ready.TrySetResult();
                lane.Write(rest);
            }
            else if (noise.Length > LongestNoise)
            {
                noise = noise[^pattern.Length..];
            }
        }
    }
}
