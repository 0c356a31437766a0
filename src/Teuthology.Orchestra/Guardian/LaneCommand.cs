using System.Globalization;

namespace Teuthology.Orchestra;

/// <summary>A command in a lane.</summary>
internal sealed class LaneCommand(Lane lane, long seq, LaneFrame frame, LaneInput? input, Func<CancellationToken, Task<ShellLease>> reconnect) : IShellCommand
{
    private readonly TaskCompletionSource<ShellExit> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource givingUp = new();
    private ShellLease? lease;

    public long Seq => seq;

    public LaneFrame Frame => frame;

    /// <summary>Null when it takes none.</summary>
    public LaneInput? Input => input;

    /// <summary>Number of the session in which its input goes on.</summary>
    public int InputIn { get; set; }

    /// <summary>Bit 1: standard output has ended; bit 2: standard error.</summary>
    public int Ends { get; set; }

    /// <summary>What becomes of the lane, as the guardian says it: <c>k</c> takes the next command, <c>x</c> does not, <c>l</c> input was cut off besides.</summary>
    public string Fate { get; set; } = "x";

    public ShellExit? ExitSoFar { get; private set; }

    public Task<ShellExit> Completion => completion.Task;

    public string Place => $"{ShellQuote.Quote(lane.Directory)} {seq.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>A session of another connection.</summary>
    public Func<CancellationToken, Task<ShellLease>> Reconnect => reconnect;

    /// <summary>Cancelled when nobody waits any more.</summary>
    public CancellationToken GivenUp => givingUp.Token;

    public Stream OpenStdin() => input ?? throw new InvalidOperationException("This command takes no input.");

    /// <summary>Its own end, though others may hold its output.</summary>
    public void Ended(string status, string signal) => ExitSoFar = signal == "0"
        ? new ShellExit(int.Parse(status, CultureInfo.InvariantCulture), null)
        : new ShellExit(null, SignalName.Of(int.Parse(signal, CultureInfo.InvariantCulture)));

    /// <summary>Keeps the session that it goes on in.</summary>
    public void Take(ShellLease taken)
    {
        var former = Interlocked.Exchange(ref lease, taken);
        former?.Dispose();
        if (completion.Task.IsCompleted)
            Interlocked.Exchange(ref lease, null)?.Dispose();
    }

    public void Finish()
    {
        if (Fate == "l")
        {
            ExitSoFar = null;
            Fail(new ShellLostException("who feeds it on the host was killed: its input was not complete"));
            return;
        }

        completion.TrySetResult(ExitSoFar!.Value);
        End();
    }

    public void Fail(ShellLostException why)
    {
        completion.TrySetException(why);
        _ = completion.Task.Exception;
        End();
    }

    public void Dispose()
    {
        if (completion.Task.IsCompleted)
            return;
        givingUp.Cancel();
        lane.GiveUp(this);
        Fail(new ShellLostException("the session was given up"));
    }

    private void End()
    {
        input?.End();
        Interlocked.Exchange(ref lease, null)?.Dispose();
    }
}
