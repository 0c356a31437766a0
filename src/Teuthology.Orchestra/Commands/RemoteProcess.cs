using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra;

/// <summary>A command running on a host. Disposing it kills what still runs.</summary>
public sealed class RemoteProcess : IAsyncDisposable
{
    /// <summary>How long output may still come after the command's processes are gone or its main process ended.</summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(5);

    /// <summary>How long it may stay unseen that output has come.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly CommandRun run;
    private readonly Lock gate = new();
    private Task? killing;

    internal RemoteProcess(CommandRun run)
    {
        this.run = run;
        if ((run.Command.InactivityTimeout ?? run.Command.Timeout) is { } shown && !run.Command.IsPosix)
            RemoteLog.WithTimeout(run.Log, shown.TotalSeconds);
        if (run.Command.Timeout is { } timeout)
            _ = EnforceAsync(timeout);
        if (run.Command.InactivityTimeout is { } silence)
            _ = EnforceActivityAsync(silence);
    }

    /// <summary>Where it runs.</summary>
    public Remote Remote => run.Remote;

    /// <summary>Short name of where it runs, as logs and error texts have it; upstream's <c>hostname</c>.</summary>
    public string HostName => run.Remote.ShortName;

    /// <summary>What runs.</summary>
    public RemoteCommand Command => run.Command;

    /// <summary>Its standard input, if it was started with <see cref="RemoteCommand.StdinPipe"/>; disposing it delivers end of file.</summary>
    /// <exception cref="InvalidOperationException">It was started without.</exception>
    public Stream Stdin => run.Stdin ?? throw new InvalidOperationException($"'{Command}' was started without StdinPipe");

    /// <summary>Its standard output, if it was started with <see cref="RemoteCommand.StdoutPipe"/>; reads block a thread.</summary>
    /// <exception cref="InvalidOperationException">It was started without.</exception>
    public Stream Stdout => run.Stdout ?? throw new InvalidOperationException($"'{Command}' was started without StdoutPipe");

    /// <summary>Its standard error, if it was started with <see cref="RemoteCommand.StderrPipe"/>; reads block a thread.</summary>
    /// <exception cref="InvalidOperationException">It was started without.</exception>
    public Stream Stderr => run.Stderr ?? throw new InvalidOperationException($"'{Command}' was started without StderrPipe");

    /// <summary>Whether it has ended and all its output has come.</summary>
    public bool Finished => run.Completion.IsCompleted;

    /// <summary>Waits for the end.</summary>
    /// <param name="ct">Ends the waiting only; see <see cref="KillAsync"/>.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="CommandFailedException">It ended with a status other than 0, and its status is checked.</exception>
    /// <exception cref="CommandCrashedException">A signal ended it, and its status is checked.</exception>
    /// <exception cref="CommandTimeoutException">It was killed at its deadline.</exception>
    /// <exception cref="ConnectionLostException">The connection went away under it.</exception>
    public async Task<CommandResult> WaitAsync(CancellationToken ct)
    {
        var result = await run.Completion.WaitAsync(ct).ConfigureAwait(false);
        return run.Command.CheckStatus || run.TimedOut is not null ? run.Check(result) : result;
    }

    /// <summary>The exit status if it has ended, else null; upstream's <c>poll</c>.</summary>
    /// <param name="ct">Of no effect once it has ended.</param>
    /// <exception cref="TeuthologyException">It has ended, and not well: as <see cref="WaitAsync"/>.</exception>
    public async Task<int?> PollAsync(CancellationToken ct) => Finished ? (await WaitAsync(ct).ConfigureAwait(false)).ExitStatus : null;

    /// <summary>
    /// Waits for several, and throws the error of the first of them, in their order, that failed; upstream's <c>run.wait</c>.
    /// </summary>
    /// <param name="processes">Which.</param>
    /// <param name="timeout">How long at most; null is as long as they take.</param>
    /// <param name="ct">Ends the waiting only.</param>
    /// <exception cref="PollExhaustedException">One still ran when the time was over: <c>reached maximum tries (N) after waiting for S seconds</c>, a try being six seconds.</exception>
    /// <exception cref="TeuthologyException">One failed.</exception>
    public static async Task WaitAllAsync(IReadOnlyList<RemoteProcess> processes, TimeSpan? timeout, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(processes);
        if (timeout is { } wait && processes.Count > 0)
            RemoteLog.WaitingFor(processes[0].run.Log, wait.TotalSeconds);
        if (timeout is { } most && processes.Count > 0)
            await AllEndAsync(processes, most, ct).ConfigureAwait(false);
        foreach (var process in processes)
            await process.WaitAsync(ct).ConfigureAwait(false);
    }

    /// <summary>As <see cref="WaitAsync"/>, with its status checked in any case.</summary>
    internal async Task<CommandResult> WaitCheckedAsync(CancellationToken ct) => run.Check(await run.Completion.WaitAsync(ct).ConfigureAwait(false));

    /// <summary>Writes the same input to several, and closes it; upstream's <c>feed_many_stdins_and_close</c>.</summary>
    /// <param name="input">Read to its end.</param>
    /// <param name="processes">Started with <see cref="RemoteCommand.StdinPipe"/>.</param>
    /// <param name="ct">Gives up; they then have a part of it.</param>
    /// <exception cref="IOException">One has ended before it took all.</exception>
    public static async Task FeedAsync(Stream input, IReadOnlyList<RemoteProcess> processes, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(processes);
        var buffer = new byte[64 * 1024];
        while (await input.ReadAsync(buffer, ct).ConfigureAwait(false) is var read and > 0)
            await Task.WhenAll(processes.Select(process => process.Stdin.WriteAsync(buffer.AsMemory(0, read), ct).AsTask())).ConfigureAwait(false);
        foreach (var process in processes)
            await process.Stdin.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Sends a signal to the command and everything it started.</summary>
    /// <param name="signal">Its number on Linux: 1, 2, 3, 6, 9, 10, 11, 12, 13, 14, 15, 18 or 19.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ConnectionLostException">The host cannot be reached.</exception>
    public async Task SignalAsync(int signal, CancellationToken ct)
    {
        if (Finished)
            return;
        if (await run.SignalLineAsync(signal, ct).ConfigureAwait(false) is { } line)
            await run.Remote.RunReservedAsync(line, twice: false, ct).ConfigureAwait(false);
    }

    /// <summary>Ends the command and everything it started, TERM first and KILL after <see cref="RemoteOptions.KillGrace"/>, and waits until it is gone.</summary>
    /// <param name="ct">Ends the waiting.</param>
    /// <exception cref="ConnectionLostException">The host cannot be reached, so the processes may still be there.</exception>
    public Task KillAsync(CancellationToken ct)
    {
        Task begun;
        lock (gate)
            begun = killing ??= KillCoreAsync();
        return begun.WaitAsync(ct);
    }

    /// <summary>Kills what still runs; errors of that are logged only.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Finished)
        {
            try
            {
                await KillAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (TeuthologyException error)
            {
                RemoteLog.KillFailed(run.Log, Remote.ShortName, Command.Shown, error.Message);
            }
        }

        run.Dispose();
    }

    private static async Task AllEndAsync(IReadOnlyList<RemoteProcess> processes, TimeSpan timeout, CancellationToken ct)
    {
        var ended = Task.WhenAll(processes.Select(process => process.run.Completion));
        await Task.WhenAny(ended, Task.Delay(timeout, processes[0].Remote.Options.Time, ct)).ConfigureAwait(false);
        ct.ThrowIfCancellationRequested();
        var tries = (int)(timeout.TotalSeconds / 6);
        if (!ended.IsCompleted)
            throw new PollExhaustedException($"reached maximum tries ({tries}) after waiting for {Math.Max(1, tries) * 6} seconds");
    }

    private async Task EnforceAsync(TimeSpan timeout)
    {
        try
        {
            await ((Task)run.Completion).WaitAsync(timeout, Remote.Options.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            run.TimedOut ??= new CommandTimeout(timeout, Silent: false);
            await DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is TeuthologyException or IOException)
        {
            // Told by WaitAsync.
        }
    }

    private async Task EnforceActivityAsync(TimeSpan silence)
    {
        var time = Remote.Options.Time;
        var (seen, since) = (run.Received, time.GetTimestamp());
        while (!Finished)
        {
            var left = silence - time.GetElapsedTime(since);
            await Task.WhenAny(run.Completion, Task.Delay(left > Look ? Look : left, time)).ConfigureAwait(false);
            if (run.Received != seen)
            {
                (seen, since) = (run.Received, time.GetTimestamp());
            }
            else if (!Finished && time.GetElapsedTime(since) >= silence)
            {
                run.TimedOut ??= new CommandTimeout(silence, Silent: true);
                await DisposeAsync().ConfigureAwait(false);
                return;
            }
        }
    }

    private async Task KillCoreAsync()
    {
        if (Finished)
            return;
        RemoteLog.Killing(run.Log, Remote.ShortName, Command.Shown);
        if (await run.KillLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line && !Finished)
        {
            var (status, error) = await run.Remote.RunReservedAsync(line, twice: true, CancellationToken.None).ConfigureAwait(false);
            if (status != 0)
                RemoteLog.KillFailed(run.Log, Remote.ShortName, Command.Shown, error.Trim());
        }

        await run.EndAsync(Aftermath).ConfigureAwait(false);
    }
}
