using System.Globalization;
using System.Security.Cryptography;

namespace Teuthology.Orchestra;

/// <summary>
/// A worker of the guardian and the session by which it is reached. It runs one command at a time. When the session is lost under a
/// command another one takes its place (<see cref="LaneReattachment"/>), and the streams go on where they stopped.
/// </summary>
internal sealed class Lane
{
    private readonly string name;
    private readonly Lock delivery = new();
    private readonly LaneStream stdout;
    private readonly LaneStream stderr;
    private readonly LaneSpool spool;
    private LaneAttachment attachment;
    private int attachments;
    private LaneCommand? current;
    private long seq;
    private bool dead;

    private Lane(GuardedShell shell)
    {
        (Host, name, Boots) = (shell.Host, shell.Host.AddLane(), shell.Host.Boots);
        Token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        (stdout, stderr) = (new LaneStream(Token, MarkedOut, Progress), new LaneStream(Token, MarkedErr, Progress));
        spool = new LaneSpool(stdout, stderr);
        attachment = Attachment(shell);
    }

    public GuardedHost Host { get; }

    /// <summary>Its directory on the host.</summary>
    public string Directory => $"{Host.Home}/{name}";

    /// <summary>What its marks and frames are known by.</summary>
    public string Token { get; }

    /// <summary>The start of the host in which it was made; it is gone after another one.</summary>
    public int Boots { get; }

    /// <summary>A lane of a connection; null when the guardian cannot make one.</summary>
    /// <exception cref="ShellLostException">The connection is gone.</exception>
    public static async Task<Lane?> OpenAsync(GuardedShell shell, CancellationToken ct)
    {
        var lane = new Lane(shell);
        var line = GuardianScript.Call(shell.Host.Home!, $"lane {ShellQuote.Quote(lane.Directory)} {lane.Token} {shell.Host.Worker}");
        if (await lane.OpenAsync(line, ct).ConfigureAwait(false) is null)
            return lane;
        RemoteLog.NoLane(shell.Host.Log, shell.Host.Host, lane.attachment.Noise);
        return null;
    }

    /// <summary>Has the guardian begin on a connection's host, by a session that becomes the first lane: a job waits once for both.</summary>
    /// <param name="shell">The connection, which is given the lane.</param>
    /// <param name="begin">The line that begins, for a lane's name and token.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Exit status, 0 when there is a lane; standard output and standard error so far.</returns>
    /// <exception cref="ShellLostException">The connection is gone.</exception>
    public static async Task<(int Status, string Output, string Error)> BeginAsync(GuardedShell shell, Func<string, string> begin, CancellationToken ct)
    {
        var lane = new Lane(shell);
        var exit = await lane.OpenAsync(begin($"{lane.name} {lane.Token}"), ct).ConfigureAwait(false);
        if (exit is null)
            shell.GiveBack(lane);
        return (exit is { } ended ? ended.Status ?? -1 : 0, lane.attachment.Greeting, lane.attachment.Noise);
    }

    /// <summary>Starts a command; null when this lane cannot, and then never can.</summary>
    public LaneCommand? TryRun(LaneFrame frame, Stream output, Stream error, Func<CancellationToken, Task<ShellLease>> reconnect)
    {
        LaneCommand command;
        lock (delivery)
        {
            if (dead || !attachment.Shell.IsConnected)
                return null;
            if (stdout.Stray + stderr.Stray > 0)
            {
                Retire(quit: true);
                return null;
            }

            spool.Begin(++seq);
            var input = frame.Input ? new LaneInput(Token, seq, attachment.Input) : null;
            current = command = new LaneCommand(this, seq, frame, input, reconnect) { InputIn = attachments };
            (stdout.Sink, stderr.Sink) = (output, error);
        }

        Send(attachment, command);
        return command;
    }

    /// <summary>Nobody waits for the command any more.</summary>
    public void GiveUp(LaneCommand command)
    {
        lock (delivery)
        {
            if (current != command)
                return;
            current = null;
            Retire(quit: command.Input is null);
        }
    }

    /// <summary>Lets another session take the place of the lost one.</summary>
    /// <returns>The session, and from where its output is wanted, as the guardian takes it.</returns>
    public (LaneAttachment Next, string Place) TakeOver(GuardedShell shell)
    {
        var next = Attachment(shell);
        lock (delivery)
        {
            current?.Input?.Suspend();
            attachment.Detach();
            attachment = next;
            attachments++;
            return (next, spool.Place);
        }
    }

    /// <summary>The session that took over serves the lane.</summary>
    public void GoOn(LaneAttachment taken, LaneCommand command)
    {
        _ = FollowAsync(taken);
        lock (delivery)
        {
            // What had come to the host's spool may have told its end.
            if (current != command)
                return;
        }

        Send(taken, command);
    }

    public void Fail(LaneCommand command, ShellLostException why)
    {
        GiveUp(command);
        command.Fail(why);
    }

    private async Task<ShellExit?> OpenAsync(string line, CancellationToken ct)
    {
        try
        {
            if (await attachment.OpenAsync(line, ct).ConfigureAwait(false) is { } exit)
            {
                Leave();
                return exit;
            }
        }
        catch
        {
            Leave();
            throw;
        }

        _ = FollowAsync(attachment);
        return null;
    }

    private LaneAttachment Attachment(GuardedShell shell) => new(shell, Token, delivery, stdout, stderr);

    private void Send(LaneAttachment to, LaneCommand command)
    {
        var input = command.Input is null ? "n" : attachments.ToString(CultureInfo.InvariantCulture);
        to.Write(string.Create(CultureInfo.InvariantCulture, $"run {command.Seq} {(spool.IsEmptiedBy(command.Seq) ? 't' : 'f')} {input} {command.Frame.Text} {Token}\n"));
    }

    private async Task FollowAsync(LaneAttachment followed)
    {
        ShellLostException lost;
        try
        {
            var exit = await followed.Session.Completion.ConfigureAwait(false);
            lost = new ShellLostException($"the session ended with {(exit.Signal is { } signal ? $"signal {signal}" : $"status {exit.Status}")}");
        }
        catch (ShellLostException error)
        {
            lost = error;
        }

        LaneCommand? running;
        lock (delivery)
        {
            if (attachment != followed || dead)
                return;
            running = current;
            if (running is null)
                Leave();
        }

        followed.Session.Dispose();
        if (running is not null)
            await new LaneReattachment(this, running, lost).RunAsync().ConfigureAwait(false);
    }

    /// <summary>A mark of standard output; comes on the reader, with the delivery lock held.</summary>
    private void MarkedOut(string mark)
    {
        if (current is not { } command || mark.Split(' ') is not [var kind, var number, .. var rest] || number != command.Seq.ToString(CultureInfo.InvariantCulture))
            return;
        switch (kind, rest)
        {
            case ("I", [var had, var session]):
                Had(command, long.Parse(had, CultureInfo.InvariantCulture), int.Parse(session, CultureInfo.InvariantCulture));
                break;
            case ("X", [var status, var signal, _]):
                command.Ended(status, signal);
                _ = LingerAsync(command);
                break;
            case ("E", [var status, var signal, var fate]):
                command.Ended(status, signal);
                command.Fate = fate;
                if ((command.Ends |= 1) == 3)
                    Finish(command);
                break;
        }
    }

    private void MarkedErr(string mark)
    {
        if (current is { } command && mark == $"E {command.Seq}" && (command.Ends |= 2) == 3)
            Finish(command);
    }

    /// <summary>So much input has come. Told of an earlier session it does not say what of this one has.</summary>
    private void Had(LaneCommand command, long bytes, int session)
    {
        if (command.Input is not { } input)
            return;
        if (session == attachments && command.InputIn != session)
        {
            command.InputIn = session;
            var to = attachment.Input;
            _ = Task.Run(() => input.Resume(to, bytes));
            return;
        }

        input.Acknowledge(bytes);
    }

    private void Finish(LaneCommand command)
    {
        (current, stdout.Sink, stderr.Sink) = (null, null, null);
        spool.End(command.Seq);
        if (command.Fate == "k")
        {
            attachment.Shell.GiveBack(this);
            command.Finish();
            return;
        }

        Leave();
        _ = CloseAsync(attachment, command);
    }

    /// <summary>Lets an idle worker go, with its session; done when the session's place on the connection is free.</summary>
    public Task DismissAsync()
    {
        lock (delivery)
        {
            if (dead)
                return Task.CompletedTask;
            Leave();
        }

        attachment.Write($"quit {Token}\n");
        return CloseAsync(attachment, null);
    }

    /// <summary>Has an idle worker end all that we have on its host, itself included.</summary>
    /// <returns>False when it is not there any more, and cannot.</returns>
    /// <exception cref="ShellLostException">The connection was lost meanwhile.</exception>
    public async Task<bool> EndHostAsync(CancellationToken ct)
    {
        lock (delivery)
        {
            if (dead || !attachment.Shell.IsConnected)
                return false;
            Leave();
        }

        attachment.Write($"end {Token}\n");
        var exit = await attachment.Session.Completion.WaitAsync(ct).ConfigureAwait(false);
        attachment.Session.Dispose();
        return exit.Status == 0;
    }

    /// <summary>The session's place on the connection must be free before the next command takes it.</summary>
    private async Task CloseAsync(LaneAttachment left, LaneCommand? command)
    {
        await Task.WhenAny(left.Session.Completion, Task.Delay(TimeSpan.FromSeconds(2), Host.Options.Time)).ConfigureAwait(false);
        left.Session.Dispose();
        command?.Finish();
    }

    /// <summary>The command has ended, but something it left behind holds its output.</summary>
    private async Task LingerAsync(LaneCommand command)
    {
        await Task.Delay(Host.Options.OutputLinger, Host.Options.Time).ConfigureAwait(false);
        lock (delivery)
        {
            if (current != command)
                return;
            current = null;
            Retire(quit: command.Input is null);
        }

        command.Finish();
    }

    /// <summary>Lets the worker go when its command is over. Must be called with the delivery lock held.</summary>
    private void Retire(bool quit)
    {
        var left = attachment;
        Leave();
        _ = Task.Run(() =>
        {
            if (quit)
                left.Write($"quit {Token}\n");
            left.Session?.Dispose();
        });
    }

    private void Leave()
    {
        dead = true;
        attachment.Detach();
        Host.RemoveLane(name);
    }

    /// <summary>Takes what has come out of the spool.</summary>
    private void Progress(LaneStream stream)
    {
        if (spool.Punch(stream) is { } length)
            _ = PunchAsync($"{Directory}/spool.{(stream == stdout ? "out" : "err")}", length);
    }

    private async Task PunchAsync(string file, long length)
    {
        try
        {
            using var punch = await attachment.Shell.StartAsync(GuardianScript.Call(Host.Home!, $"punch {ShellQuote.Quote(file)} {length.ToString(CultureInfo.InvariantCulture)}"), Stream.Null, Stream.Null, CancellationToken.None).ConfigureAwait(false);
            await punch.Completion.ConfigureAwait(false);
        }
        catch (ShellLostException)
        {
            // Told by the commands.
        }
    }
}
