using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Teuthology.Orchestra;

/// <summary>
/// A worker of the guardian and the session by which it is reached. It runs one command at a time. When the session is lost under a
/// command another one takes its place, and the streams go on where they stopped.
/// </summary>
internal sealed class Lane
{
    /// <summary>Spooled bytes after which the spool is emptied before the next command.</summary>
    private const long TrimAt = 1024 * 1024;

    /// <summary>Bytes of one stream after which those that have come are taken out of the spool while the command runs.</summary>
    private const long PunchAt = 64 * 1024 * 1024;

    private readonly GuardedHost host;
    private readonly string name;
    private readonly int boots;
    private readonly Lock delivery = new();
    private readonly LaneStream stdout;
    private readonly LaneStream stderr;
    private LaneAttachment attachment;
    private LaneCommand? current;
    private long seq;
    private bool dead;
    private bool moved;
    private (long Out, long Err) spoolStart;
    private (long Seq, long Out, long Err) trim;
    private (long Out, long Err) punched;

    private Lane(GuardedShell shell)
    {
        (host, name, boots) = (shell.Host, shell.Host.AddLane(), shell.Host.Boots);
        Token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        (stdout, stderr) = (new LaneStream(Token, MarkedOut, Progress), new LaneStream(Token, MarkedErr, Progress));
        attachment = Attachment(shell);
    }

    public GuardedHost Host => host;

    /// <summary>Its directory on the host.</summary>
    public string Directory => $"{host.Home}/{name}";

    private string Token { get; }

    /// <summary>A lane of a connection; null when the guardian cannot make one.</summary>
    /// <exception cref="ShellLostException">The connection is gone.</exception>
    public static async Task<Lane?> OpenAsync(GuardedShell shell, CancellationToken ct)
    {
        var lane = new Lane(shell);
        try
        {
            var line = GuardianScript.Call(shell.Host.Home!, $"lane {ShellQuote.Quote(lane.Directory)} {lane.Token} {shell.Host.Worker}");
            if (await lane.attachment.OpenAsync(line, ct).ConfigureAwait(false) is null)
            {
                _ = lane.FollowAsync(lane.attachment);
                return lane;
            }

            RemoteLog.NoLane(shell.Host.Log, shell.Host.Host, lane.attachment.Noise);
        }
        catch
        {
            lane.Leave();
            throw;
        }

        lane.Leave();
        return null;
    }

    /// <summary>Starts a command; null when this lane cannot, and then never can.</summary>
    public LaneCommand? TryRun(LaneFrame frame, Stream output, Stream error, Func<CancellationToken, Task<ShellLease>> reconnect)
    {
        LaneCommand command;
        lock (delivery)
        {
            if (dead || !attachment.Shell.IsConnected)
                return null;
            if ((moved && frame.Input) || stdout.Stray + stderr.Stray > 0)
            {
                Retire();
                return null;
            }

            var spooled = stdout.Received - spoolStart.Out + stderr.Received - spoolStart.Err;
            if (spooled > TrimAt)
                trim = (seq + 1, stdout.Received, stderr.Received);
            current = command = new LaneCommand(this, ++seq, frame, reconnect);
            (stdout.Sink, stderr.Sink) = (output, error);
        }

        Send(attachment, command);
        return command;
    }

    /// <summary>The input of the session, for a command that takes it.</summary>
    public Stream OpenInput() => attachment.Input;

    /// <summary>Nobody waits for the command any more.</summary>
    public void GiveUp(LaneCommand command)
    {
        lock (delivery)
        {
            if (current != command)
                return;
            current = null;
            Retire();
        }
    }

    private LaneAttachment Attachment(GuardedShell shell) => new(shell, Token, delivery, stdout, stderr);

    private void Send(LaneAttachment to, LaneCommand command)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"run {command.Seq} {(trim.Seq == command.Seq ? 't' : 'f')} {(command.Frame.Input ? 'i' : 'n')} {command.Frame.Text} {Token}\n");
        Write(to, text);
    }

    private static void Write(LaneAttachment to, string text)
    {
        try
        {
            to.Input.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The session is lost: whoever follows it takes the next step.
        }
    }

    private async Task FollowAsync(LaneAttachment followed)
    {
        ShellLostException? lost = null;
        try
        {
            var exit = await followed.Session.Completion.ConfigureAwait(false);
            if (exit.Signal is { } signal)
                lost = new ShellLostException($"the session was ended by signal {signal}");
        }
        catch (ShellLostException error)
        {
            lost = error;
        }

        LaneCommand? running;
        bool canGoOn;
        lock (delivery)
        {
            if (attachment != followed || dead)
                return;
            running = current;
            canGoOn = running is { Frame.Input: false } && lost is not null;
            if (!canGoOn)
            {
                current = null;
                Leave();
            }
        }

        followed.Session.Dispose();
        if (canGoOn)
            await ReattachAsync(running!, lost!).ConfigureAwait(false);
        else
            running?.Fail(lost ?? new ShellLostException("its worker on the host was killed; how it ended is not known"));
    }

    private async Task ReattachAsync(LaneCommand command, ShellLostException lost)
    {
        RemoteLog.Reattaching(host.Log, host.Host, lost.Message, host.Lease.TotalSeconds);
        using var deadline = new CancellationTokenSource(host.Lease, host.Options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, command.GivenUp);
        var start = host.Options.Time.GetTimestamp();
        var why = lost;
        while (!either.IsCancellationRequested)
        {
            ShellLease? lease = null;
            try
            {
                lease = await command.Reconnect(either.Token).ConfigureAwait(false);
                if (await TakeOverAsync(lease, either.Token).ConfigureAwait(false) is { } refusal)
                {
                    lease.Dispose();
                    Fail(command, new ShellLostException(refusal, lost));
                    return;
                }

                command.Take(lease);
                Send(attachment, command);
                RemoteLog.Reattached(host.Log, host.Host, host.Options.Time.GetElapsedTime(start).TotalSeconds);
                return;
            }
            catch (Exception error) when (error is ShellLostException or ConnectionLostException or OperationCanceledException)
            {
                lease?.Dispose();
                if (error is not OperationCanceledException)
                    why = new ShellLostException(error.Message, error);
            }
            catch (TeuthologyException error)
            {
                lease?.Dispose();
                Fail(command, new ShellLostException(error.Message, error));
                return;
            }

            await Task.Delay(TimeSpan.FromSeconds(0.2), host.Options.Time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Fail(command, new ShellLostException($"{lost.Message}; not back within {host.Lease.TotalSeconds:0.#} seconds, after which the host ends the command: {why.Message}", why));
    }

    /// <summary>Goes on over another connection; gives the reason when there is nothing to go on with.</summary>
    private async Task<string?> TakeOverAsync(ShellLease lease, CancellationToken ct)
    {
        if (lease.Shell is not GuardedShell shell || host.Boots != boots)
            return "the host was started anew while it ran; how it ended is not known";
        var next = Attachment(shell);
        string place;
        lock (delivery)
        {
            attachment.Detach();
            attachment = next;
            moved = true;
            var at = (Out: stdout.Received, Err: stderr.Received);
            place = string.Create(
                CultureInfo.InvariantCulture,
                $"{trim.Seq} {at.Out - spoolStart.Out} {at.Err - spoolStart.Err} {at.Out - trim.Out} {at.Err - trim.Err}");
        }

        var line = GuardianScript.Call(host.Home!, $"attach {ShellQuote.Quote(Directory)} {Token} {place}");
        if (await next.OpenAsync(line, ct).ConfigureAwait(false) is { } ended)
        {
            return ended.Status switch
            {
                GuardianScript.Gone => "the host has ended it: its lease was over, a newer one began, or the host was started anew; how it ended is not known",
                GuardianScript.OutputLost => "its output could not be kept on the host and is not complete; how it ended is not known",
                _ => $"the guardian does not answer (status {ended.Status}): {next.Noise}",
            };
        }

        _ = FollowAsync(next);
        return null;
    }

    private void Fail(LaneCommand command, ShellLostException why)
    {
        lock (delivery)
        {
            if (current == command)
            {
                current = null;
                Retire();
            }
        }

        command.Fail(why);
    }

    /// <summary>A mark of standard output; comes on the reader, with the delivery lock held.</summary>
    private void MarkedOut(string mark)
    {
        if (mark.Split(' ') is not [var kind, var number, var status, var signal] || current is not { } command || number != command.Seq.ToString(CultureInfo.InvariantCulture))
            return;
        command.ExitSoFar = signal == "0"
            ? new ShellExit(int.Parse(status, CultureInfo.InvariantCulture), null)
            : new ShellExit(null, SignalName.Of(int.Parse(signal, CultureInfo.InvariantCulture)));
        if (kind == "X")
            _ = LingerAsync(command);
        else if (kind == "E" && (command.Ends |= 1) == 3)
            Finish(command);
    }

    private void MarkedErr(string mark)
    {
        if (current is { } command && mark == $"E {command.Seq}" && (command.Ends |= 2) == 3)
            Finish(command);
    }

    private void Finish(LaneCommand command)
    {
        (current, stdout.Sink, stderr.Sink) = (null, null, null);
        if (trim.Seq == command.Seq)
            (spoolStart, punched, trim) = ((trim.Out, trim.Err), (trim.Out, trim.Err), default);
        if (command.Frame.Input)
        {
            Leave();
            _ = CloseAsync(command);
            return;
        }

        attachment.Shell.GiveBack(this);
        command.Finish();
    }

    /// <summary>The session's place on the connection must be free before the next command takes it.</summary>
    private async Task CloseAsync(LaneCommand command)
    {
        await Task.WhenAny(attachment.Session.Completion, Task.Delay(TimeSpan.FromSeconds(2), host.Options.Time)).ConfigureAwait(false);
        attachment.Session.Dispose();
        command.Finish();
    }

    /// <summary>The command has ended, but something it left behind holds its output.</summary>
    private async Task LingerAsync(LaneCommand command)
    {
        await Task.Delay(host.Options.OutputLinger, host.Options.Time).ConfigureAwait(false);
        lock (delivery)
        {
            if (current != command)
                return;
            current = null;
            Retire();
        }

        command.Finish();
    }

    /// <summary>Lets the worker go when its command is over. Must be called with the delivery lock held.</summary>
    private void Retire()
    {
        var left = attachment;
        Leave();
        _ = Task.Run(() =>
        {
            Write(left, $"quit {Token}\n");
            left.Session?.Dispose();
        });
    }

    private void Leave()
    {
        dead = true;
        attachment.Detach();
        host.RemoveLane(name);
    }

    /// <summary>Takes what has come out of the spool.</summary>
    private void Progress(LaneStream stream)
    {
        var isOut = stream == stdout;
        var last = isOut ? punched.Out : punched.Err;
        if (stream.Received - last < PunchAt || trim.Seq != 0)
            return;
        if (isOut)
            punched.Out = stream.Received;
        else
            punched.Err = stream.Received;
        var length = stream.Received - (isOut ? spoolStart.Out : spoolStart.Err);
        _ = PunchAsync($"{Directory}/spool.{(isOut ? "out" : "err")}", length);
    }

    private async Task PunchAsync(string spool, long length)
    {
        try
        {
            using var punch = await attachment.Shell.StartAsync(GuardianScript.Call(host.Home!, $"punch {ShellQuote.Quote(spool)} {length.ToString(CultureInfo.InvariantCulture)}"), Stream.Null, Stream.Null, CancellationToken.None).ConfigureAwait(false);
            await punch.Completion.ConfigureAwait(false);
        }
        catch (ShellLostException)
        {
            // Told by the commands.
        }
    }
}
