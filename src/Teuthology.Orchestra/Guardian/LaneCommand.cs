using System.Globalization;

namespace Teuthology.Orchestra;

/// <summary>A command in a lane.</summary>
internal sealed class LaneCommand(Lane lane, long seq, LaneFrame frame, Func<CancellationToken, Task<ShellLease>> reconnect) : IShellCommand
{
    private readonly TaskCompletionSource<ShellExit> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource givingUp = new();
    private ShellLease? lease;

    public long Seq => seq;

    public LaneFrame Frame => frame;

    /// <summary>Bit 1: standard output has ended; bit 2: standard error.</summary>
    public int Ends { get; set; }

    public ShellExit? ExitSoFar { get; set; }

    public Task<ShellExit> Completion => completion.Task;

    public string Place => $"{ShellQuote.Quote(lane.Directory)} {seq.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>A session of another connection.</summary>
    public Func<CancellationToken, Task<ShellLease>> Reconnect => reconnect;

    /// <summary>Cancelled when nobody waits any more.</summary>
    public CancellationToken GivenUp => givingUp.Token;

    public Stream OpenStdin() => lane.OpenInput();

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
        completion.TrySetResult(ExitSoFar!.Value);
        Interlocked.Exchange(ref lease, null)?.Dispose();
    }

    public void Fail(ShellLostException why)
    {
        completion.TrySetException(why);
        _ = completion.Task.Exception;
        Interlocked.Exchange(ref lease, null)?.Dispose();
    }

    public void Dispose()
    {
        if (completion.Task.IsCompleted)
            return;
        givingUp.Cancel();
        lane.GiveUp(this);
        Fail(new ShellLostException("the session was given up"));
    }
}
