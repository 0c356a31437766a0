using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra;

/// <summary>A program that is kept running in the foreground of an SSH channel on a host.</summary>
public sealed class RemoteDaemon : IDaemon
{
    private readonly Func<RemoteCommand> command;
    private readonly DaemonOptions options;
    private readonly ILogger log;
    private readonly SemaphoreSlim gate = new(1);
    private volatile RemoteProcess? process;
    private volatile bool stopping;

    internal RemoteDaemon(string role, Remote remote, Func<RemoteCommand> command, DaemonOptions options, ILogger log) =>
        (Role, Remote, this.command, this.options, this.log) = (role, remote, command, options, log);

    /// <summary>Its role in full, such as <c>osd.0</c>.</summary>
    public string Role { get; }

    /// <summary>Where it runs.</summary>
    public Remote Remote { get; }

    /// <summary>Whether it was started and has not ended.</summary>
    public bool Running => process is { Finished: false };

    /// <summary>Whether it ended without having been stopped.</summary>
    public bool Died => process is { Finished: true } && !stopping;

    /// <summary>The process of the last start; null before the first and after a stop.</summary>
    public RemoteProcess? Process => process;

    /// <summary>How it last ended; null while it runs, before its first start, and when the connection was lost under it.</summary>
    public CommandResult? LastResult { get; private set; }

    /// <inheritdoc/>
    public Task<bool> IsRunningAsync(CancellationToken ct) => Task.FromResult(Running);

    /// <summary>Starts it; a running one is left alone.</summary>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ConnectionLostException">The host cannot be reached.</exception>
    public Task StartAsync(CancellationToken ct) => GuardedAsync(token => StartCoreAsync([], token), ct);

    /// <summary>Asks it to stop by its signal, and after <paramref name="grace"/> kills it with everything it started. How it ends is not judged.</summary>
    /// <param name="grace">How long it may take to end by itself.</param>
    /// <param name="ct">Gives up waiting; it may then still run.</param>
    /// <exception cref="ConnectionLostException">The host cannot be reached.</exception>
    public Task StopAsync(TimeSpan grace, CancellationToken ct) => GuardedAsync(token => StopCoreAsync(grace, token), ct);

    /// <summary>Kills it with everything it started, and waits until it is gone.</summary>
    /// <param name="ct">Gives up waiting.</param>
    /// <exception cref="ConnectionLostException">The host cannot be reached.</exception>
    public Task KillAsync(CancellationToken ct) => GuardedAsync(KillCoreAsync, ct);

    /// <summary>Stops it, with <see cref="DaemonOptions.StopGrace"/>, and starts it again.</summary>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ConnectionLostException">The host cannot be reached.</exception>
    public Task RestartAsync(CancellationToken ct) => RestartWithAsync([], ct);

    /// <inheritdoc/>
    public Task RestartWithAsync(IReadOnlyList<string> arguments, CancellationToken ct) => GuardedAsync(
        async token =>
        {
            await StopCoreAsync(options.StopGrace, token).ConfigureAwait(false);
            await StartCoreAsync(arguments, token).ConfigureAwait(false);
        },
        ct);

    /// <inheritdoc/>
    public async Task<int?> CheckStatusAsync(CancellationToken ct) =>
        process is { Finished: true } ended ? (await ended.WaitCheckedAsync(ct).ConfigureAwait(false)).ExitStatus : null;

    /// <inheritdoc/>
    /// <remarks>It counts as stopped then, whatever it ended with.</remarks>
    public async Task WaitAsync(TimeSpan timeout, CancellationToken ct)
    {
        if (process is not { } running)
            return;
        stopping = true;
        await RemoteProcess.WaitAllAsync([running], timeout, ct).ConfigureAwait(false);
        process = null;
        await running.WaitCheckedAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Forgets its process, which goes on if it runs.</summary>
    public void Reset() => process = null;

    /// <summary>Sends a signal to it and everything it started.</summary>
    /// <param name="signal">Its number, such as 1 for HUP.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="TeuthologyException">It does not run, or the host cannot be reached.</exception>
    public Task SignalAsync(int signal, CancellationToken ct) => process is { Finished: false } running
        ? SendAsync(running, signal, ct)
        : throw new TeuthologyException(FailureKind.Test, $"daemon {Role} on {Remote.ShortName} does not run: signal {signal} not sent");

    /// <summary>Kills what still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        stopping = true;
        if (process is { } running)
            await running.DisposeAsync().ConfigureAwait(false);
    }

    private async Task SendAsync(RemoteProcess running, int signal, CancellationToken ct)
    {
        if (options.ByHelper)
            await running.Stdin.WriteAsync(new[] { unchecked((byte)checked((sbyte)signal)) }, ct).ConfigureAwait(false);
        else
            await running.SignalAsync(signal, ct).ConfigureAwait(false);
        RemoteLog.Daemon(log, Role, Remote.ShortName, $"got signal {signal}");
    }

    private async Task StartCoreAsync(IReadOnlyList<string> arguments, CancellationToken ct)
    {
        if (Running)
            return;
        var started = await Remote.StartAsync(Prepared(command(), arguments), ct).ConfigureAwait(false);
        (stopping, LastResult, process) = (false, null, started);
        _ = FollowAsync(started);
        RemoteLog.Daemon(log, Role, Remote.ShortName, "is started");
    }

    private async Task StopCoreAsync(TimeSpan grace, CancellationToken ct)
    {
        if (process is not { } running)
            return;
        stopping = true;
        if (!running.Finished)
        {
            await AskToStopAsync(running, ct).ConfigureAwait(false);
            if (!await EndsAsync(running, grace, ct).ConfigureAwait(false))
            {
                RemoteLog.Daemon(log, Role, Remote.ShortName, $"did not stop within {grace.TotalSeconds:0.#} seconds and is killed");
                await running.KillAsync(ct).ConfigureAwait(false);
            }
        }

        await ForgetAsync(running).ConfigureAwait(false);
        RemoteLog.Daemon(log, Role, Remote.ShortName, "is stopped");
    }

    private async Task AskToStopAsync(RemoteProcess running, CancellationToken ct)
    {
        if (options.ByHelper)
            await running.Stdin.DisposeAsync().ConfigureAwait(false);
        else
            await running.SignalAsync(options.StopSignal, ct).ConfigureAwait(false);
    }

    private async Task KillCoreAsync(CancellationToken ct)
    {
        if (process is not { } running)
            return;
        stopping = true;
        await running.KillAsync(ct).ConfigureAwait(false);
        await ForgetAsync(running).ConfigureAwait(false);
    }

    private async Task ForgetAsync(RemoteProcess ended)
    {
        process = null;
        await ended.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<bool> EndsAsync(RemoteProcess running, TimeSpan grace, CancellationToken ct)
    {
        try
        {
            await running.WaitAsync(ct).WaitAsync(grace, Remote.Options.Time, ct).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private RemoteCommand Prepared(RemoteCommand given, IReadOnlyList<string> arguments)
    {
        var text = arguments.Count > 0 ? $"{given.Text} {ShellQuote.Join(arguments)}" : given.Text;
        return given with
        {
            Text = options.LogFile is { } file ? $"{text} >>{ShellQuote.Quote(file)} 2>&1" : text,
            CheckStatus = false,
            StdinPipe = given.StdinPipe || options.ByHelper,
            Label = given.Label ?? Role,
            Log = given.Log ?? options.Log,
        };
    }

    private async Task FollowAsync(RemoteProcess started)
    {
        try
        {
            var result = await started.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            if (process is null || ReferenceEquals(process, started))
                LastResult = result;
            if (!stopping)
                RemoteLog.DaemonDied(log, Role, Remote.ShortName, result.Signal is { } signal ? $"signal {signal}" : $"status {result.ExitStatus}");
        }
        catch (TeuthologyException error)
        {
            RemoteLog.DaemonDied(log, Role, Remote.ShortName, error.Message);
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
