using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra;

/// <summary>A program that is kept running in the foreground on a host.</summary>
public sealed class RemoteDaemon : IAsyncDisposable
{
    private readonly DaemonOptions options;
    private readonly ILogger log;
    private readonly SemaphoreSlim gate = new(1);
    private RemoteCommand command;
    private RemoteProcess? process;

    internal RemoteDaemon(string name, Remote remote, RemoteCommand command, DaemonOptions options, ILogger log) =>
        (Name, Remote, this.command, this.options, this.log) = (name, remote, command, options, log);

    /// <summary>Its name, such as <c>osd.0</c>.</summary>
    public string Name { get; }

    /// <summary>Where it runs.</summary>
    public Remote Remote { get; }

    /// <summary>Whether it was started and has not ended.</summary>
    public bool Running => process is { Finished: false };

    /// <summary>Whether it ended by itself since it was last started.</summary>
    public bool Died => process is { Finished: true } && !Stopping;

    /// <summary>Status of its last end: 0 to 255, -1 when a signal ended it; null while it runs and before its first start.</summary>
    public int? ExitStatus => LastResult?.ExitStatus;

    /// <summary>How it last ended; null while it runs, before its first start, and when the connection was lost.</summary>
    public CommandResult? LastResult { get; private set; }

    private bool Stopping { get; set; }

    /// <summary>Starts it unless it runs.</summary>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ConnectionLostException">The host cannot be reached.</exception>
    public Task StartAsync(CancellationToken ct) => GuardedAsync(StartCoreAsync, ct);

    /// <summary>Asks it to stop by its signal, waits, and ends it and everything it started by KILL after its grace.</summary>
    /// <param name="ct">Gives up waiting; it may then still run.</param>
    /// <exception cref="ConnectionLostException">The host cannot be reached.</exception>
    public Task StopAsync(CancellationToken ct) => GuardedAsync(StopCoreAsync, ct);

    /// <summary>Stops it and starts it again.</summary>
    /// <param name="ct">Gives up.</param>
    /// <param name="with">Another command to run from now on, or null for the same.</param>
    /// <exception cref="ConnectionLostException">The host cannot be reached.</exception>
    public Task RestartAsync(CancellationToken ct, RemoteCommand? with = null) => GuardedAsync(
        async token =>
        {
            await StopCoreAsync(token).ConfigureAwait(false);
            command = with ?? command;
            await StartCoreAsync(token).ConfigureAwait(false);
        },
        ct);

    /// <summary>Sends a signal to it and everything it started.</summary>
    /// <param name="signal">Its number.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="InvalidOperationException">It does not run.</exception>
    /// <exception cref="ConnectionLostException">The host cannot be reached.</exception>
    public Task SignalAsync(int signal, CancellationToken ct) =>
        (process ?? throw new InvalidOperationException($"{Name} on {Remote.ShortName} is not running")).SignalAsync(signal, ct);

    /// <summary>Waits until it ends, however that is.</summary>
    /// <param name="ct">Ends the waiting.</param>
    /// <returns>How it ended, or null when it is not running and never was.</returns>
    /// <exception cref="ConnectionLostException">The connection went away under it.</exception>
    public async Task<CommandResult?> WaitAsync(CancellationToken ct) =>
        process is { } running ? LastResult = await running.WaitAsync(ct).ConfigureAwait(false) : null;

    /// <summary>Kills it.</summary>
    public async ValueTask DisposeAsync()
    {
        Stopping = true;
        if (process is { } running)
            await running.DisposeAsync().ConfigureAwait(false);
        gate.Dispose();
    }

    private async Task StartCoreAsync(CancellationToken ct)
    {
        if (Running)
            return;
        (Stopping, LastResult) = (false, null);
        process = await Remote.StartAsync(Prepared(), ct).ConfigureAwait(false);
        _ = FollowAsync(process);
        RemoteLog.Daemon(log, Name, Remote.ShortName, "is started");
    }

    private async Task StopCoreAsync(CancellationToken ct)
    {
        if (process is not { Finished: false } running)
            return;
        Stopping = true;
        await running.SignalAsync(options.StopSignal, ct).ConfigureAwait(false);
        try
        {
            await running.WaitAsync(ct).WaitAsync(options.StopGrace, Remote.Options.Time, ct).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            RemoteLog.Daemon(log, Name, Remote.ShortName, $"did not stop within {options.StopGrace.TotalSeconds:0.#} seconds; it is killed");
            await running.KillAsync(ct).ConfigureAwait(false);
        }

        RemoteLog.Daemon(log, Name, Remote.ShortName, "is stopped");
    }

    private RemoteCommand Prepared() => command with
    {
        Text = options.LogFile is { } file ? $"{command.Text} >>{ShellQuote.Quote(file)} 2>&1" : command.Text,
        CheckStatus = false,
        Label = command.Label ?? Name,
        Log = command.Log ?? options.Log,
    };

    private async Task FollowAsync(RemoteProcess started)
    {
        try
        {
            var result = await started.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            if (ReferenceEquals(started, process))
                LastResult = result;
            if (!Stopping)
                RemoteLog.DaemonDied(log, Name, Remote.ShortName, result.Signal is { } signal ? $"signal {signal}" : $"status {result.ExitStatus}");
        }
        catch (TeuthologyException error)
        {
            RemoteLog.DaemonDied(log, Name, Remote.ShortName, error.Message);
        }
    }

    private async Task GuardedAsync(Func<CancellationToken, Task> action, CancellationToken ct)
    {
        await gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            await action(ct).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }
}
