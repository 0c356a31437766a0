using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra;

/// <summary>One command from its start to its result: session, streams, what it tells the log.</summary>
internal sealed class CommandRun : IDisposable
{
    private readonly string id;
    private readonly CommandOutput stdout;
    private readonly CommandOutput stderr;
    private readonly long start;
    private MarkedOutput? marked;
    private byte[] stdinPrefix = [];
    private bool feeds;
    private IShellCommand shell = null!;
    private volatile bool givenUp;

    private CommandRun(Remote remote, RemoteCommand command, ILogger log, string id)
    {
        (Remote, Command, Log, this.id) = (remote, command, log, id);
        stdout = new CommandOutput(command, "stdout", remote.ShortName, log, remote.Options.CaptureLimit);
        stderr = new CommandOutput(command, "stderr", remote.ShortName, log, remote.Options.CaptureLimit);
        start = remote.Options.Time.GetTimestamp();
    }

    public Remote Remote { get; }

    public RemoteCommand Command { get; }

    public ILogger Log { get; }

    public Stream? Stdin { get; private set; }

    public Stream? Stdout => stdout.Reader;

    public Stream? Stderr => stderr.Reader;

    /// <summary>Ends with the result, or with <see cref="ConnectionLostException"/>.</summary>
    public Task<CommandResult> Completion { get; private set; } = null!;

    /// <summary>Bytes of output so far.</summary>
    public long Received => stdout.Received + stderr.Received;

    /// <summary>Which patience was over, once one was.</summary>
    public CommandTimeout? TimedOut { get; set; }

    private string Label => LabelOf(Command);

    public static string LabelOf(RemoteCommand command) => command.Label is null ? "" : command.Label + "> ";

    public static async Task<CommandRun> StartAsync(Remote remote, RemoteCommand command, ShellLease lease, ILogger log, string id, CancellationToken ct)
    {
        var run = new CommandRun(remote, command, log, id);
        await run.OpenAsync(lease, ct).ConfigureAwait(false);
        if (run.feeds)
            await run.FeedAsync().ConfigureAwait(false);
        return run;
    }

    /// <summary>The line that ends its processes; null when it ended without telling which they are.</summary>
    public async Task<string?> KillLineAsync(CancellationToken ct) =>
        await PidsAsync(ct).ConfigureAwait(false) is { } pids ? GuardianScript.Kill(shell.Place ?? "- 0", pids, Remote.Options.KillGrace) : null;

    /// <summary>The line that sends its processes a signal, past sudo; null as above.</summary>
    public async Task<string?> SignalLineAsync(int signal, CancellationToken ct) =>
        await PidsAsync(ct).ConfigureAwait(false) is { } pids ? GuardianScript.Signal(pids.Count > 0 ? "- 0" : shell.Place!, pids.TakeLast(1), signal) : null;

    /// <summary>Gives output the time to come in, then gives up the session.</summary>
    public async Task EndAsync(TimeSpan patience)
    {
        await Task.WhenAny(Completion, Task.Delay(patience, Remote.Options.Time)).ConfigureAwait(false);
        givenUp = true;
        shell.Dispose();
        await ((Task)Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public CommandResult Check(CommandResult result)
    {
        if (TimedOut is { } over)
            throw new CommandTimeoutException(Failure(result), over.Limit, over.Silent);
        if (result.Signal is { } signal)
            throw new CommandCrashedException(Failure(result), signal);
        return result.ExitStatus == 0 ? result : throw new CommandFailedException(Failure(result), result.ExitStatus);
    }

    public void Dispose()
    {
        stdout.Abandon();
        stderr.Abandon();
        shell.Dispose();
    }

    private async Task OpenAsync(ShellLease lease, CancellationToken ct)
    {
        try
        {
            shell = await BeginAsync(lease, ct).ConfigureAwait(false);
            Completion = FollowAsync(lease);
        }
        catch (ShellLostException error)
        {
            throw new ConnectionLostException(Failure(new CommandResult(-1, "", "")) with { Note = error.Message }, error);
        }
    }

    private async Task<IShellCommand> BeginAsync(ShellLease lease, CancellationToken ct)
    {
        var sudo = Command.Sudo && Remote.User != "root";
        if (lease.Shell is GuardedShell guarded)
        {
            var frame = LaneFrame.Of(Command, sudo, Command.HasStdin, id);
            (stdinPrefix, feeds) = (frame.StdinPrefix, frame.Input);
            marked = frame.Mark is { } mark ? new MarkedOutput(stderr, mark, 1) : null;
            if (await guarded.RunAsync(frame, stdout, (Stream?)marked ?? stderr, Remote.AcquireAsync, ct).ConfigureAwait(false) is { } inLane)
                return inLane;
        }

        var line = CommandLine.Of(Command, sudo, Command.HasStdin, id);
        (stdinPrefix, feeds) = (line.StdinPrefix, Command.HasStdin || line.StdinPrefix.Length > 0);
        marked = new MarkedOutput(stderr, line.Mark, line.Marks);
        return await lease.Shell.StartAsync(line.Text, stdout, marked, ct).ConfigureAwait(false);
    }

    /// <summary>Processes that the command has told; null when it ended without telling any.</summary>
    private async Task<IReadOnlyList<int>?> PidsAsync(CancellationToken ct)
    {
        if (shell.Place is not null)
            return marked?.Pids ?? [];
        try
        {
            await marked!.Leader.WaitAsync(ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }

        return marked.Pids;
    }

    private async Task FeedAsync()
    {
        var input = new RemoteStdin(shell.OpenStdin());
        if (Command.StdinPipe)
        {
            await input.WriteAsync(stdinPrefix).ConfigureAwait(false);
            Stdin = input;
        }
        else
        {
            _ = input.FeedAsync(stdinPrefix, Command.Stdin ?? default, Command.StdinFrom, Log);
        }
    }

    private async Task<CommandResult> FollowAsync(ShellLease lease)
    {
        ShellExit exit;
        ShellLostException? lost = null;
        try
        {
            exit = await shell.Completion.ConfigureAwait(false);
        }
        catch (ShellLostException error)
        {
            exit = shell.ExitSoFar ?? (givenUp ? new ShellExit(null, "KILL") : default);
            lost = exit == default ? error : null;
        }
        finally
        {
            lease.Dispose();
        }

        marked?.Finish();
        var result = new CommandResult(exit.Status ?? -1, stdout.Finish(), stderr.Finish())
        {
            Signal = exit.Signal,
            StdoutDropped = stdout.Dropped,
            StderrDropped = stderr.Dropped,
            Duration = Remote.Options.Time.GetElapsedTime(start),
        };
        shell.Dispose();
        Tell(result, lost);
        if (lost is not null && !Command.CheckStatus && !Command.CheckConnection)
            return result with { ConnectionLost = true };
        if (lost is not null)
            throw new ConnectionLostException(Failure(result) with { Note = lost.Message }, lost);
        if ((stdout.RawError ?? stderr.RawError) is { } unstored)
            throw new IOException($"The output of '{Command.Text}' could not be stored: {unstored.Message}", unstored);
        return result;
    }

    private void Tell(CommandResult result, ShellLostException? lost)
    {
        var outcome = lost is not null ? "connection lost" : result.Signal is { } signal ? $"signal {signal}" : $"status {result.ExitStatus}";
        RemoteLog.CommandEnded(
            Log,
            Remote.ShortName,
            Label,
            outcome,
            result.Duration.TotalSeconds,
            Command.Shown,
            lost is null && result.Signal is null ? result.ExitStatus : null,
            result.Signal,
            stdout.Received,
            stderr.Received);
        if (stdout.Dropped > 0)
            RemoteLog.CaptureCut(Log, Remote.ShortName, stdout.Dropped, "stdout", Command.Shown);
        if (stderr.Dropped > 0)
            RemoteLog.CaptureCut(Log, Remote.ShortName, stderr.Dropped, "stderr", Command.Shown);
    }

    private CommandFailure Failure(CommandResult result)
    {
        var fromStderr = !string.IsNullOrWhiteSpace(result.Stderr);
        return new CommandFailure
        {
            Command = Command.Shown,
            Host = Remote.HostName,
            Label = Command.Label,
            LastLines = CommandOutput.LastLines(fromStderr ? result.Stderr : result.Stdout),
            LastLinesFrom = fromStderr ? "stderr" : "stdout",
        };
    }
}
