using Teuthology.Orchestra;

namespace Teuthology.Jobs;

/// <summary>A long-running process of a job on one of its machines, kept over its SSH channel.</summary>
public sealed class RemoteDaemon
{
    private const int Terminate = 15;
    private readonly Func<RemoteCommand> _command;
    private RemoteProcess? _process;

    internal RemoteDaemon(string role, Remote remote, Func<RemoteCommand> command)
    {
        Role = role;
        Remote = remote;
        _command = command;
    }

    /// <summary>Its role, e.g. <c>osd.0</c>.</summary>
    public string Role { get; }

    /// <summary>Where it runs.</summary>
    public Remote Remote { get; }

    /// <summary>True while the process runs.</summary>
    public bool Running => _process is { Finished: false };

    /// <summary>The process of the last start; null before the first and after a stop.</summary>
    public RemoteProcess? Process => _process;

    /// <summary>Starts it; a running one is left alone.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!Running)
            _process = await Remote.StartAsync(_command(), cancellationToken);
    }

    /// <summary>Sends a signal.</summary>
    /// <param name="signal">Its number, e.g. 1 for HUP.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">It does not run.</exception>
    public Task SignalAsync(int signal, CancellationToken cancellationToken) =>
        _process is { Finished: false } process
            ? process.SignalAsync(signal, cancellationToken)
            : throw new TeuthologyException(FailureKind.Test, $"daemon {Role} on {Remote.ShortName} does not run: signal {signal} not sent");

    /// <summary>Stops it: TERM, then after <paramref name="grace"/> KILL for the whole process group. Its exit status is not judged.</summary>
    /// <param name="grace">How long it may take to end by itself.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task StopAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _process, null) is not { } process)
            return;

        await using (process)
        {
            if (process.Finished)
                return;

            await process.SignalAsync(Terminate, cancellationToken);
            if (!await EndsAsync(process, grace, cancellationToken))
                await process.KillAsync(cancellationToken);
        }
    }

    /// <summary>Kills it and its process group.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _process, null) is not { } process)
            return;

        await using (process)
        {
            if (!process.Finished)
                await process.KillAsync(cancellationToken);
        }
    }

    /// <summary>Stops it with 300 s of grace, as upstream, and starts it again.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await StopAsync(TimeSpan.FromSeconds(300), cancellationToken);
        await StartAsync(cancellationToken);
    }

    private static async Task<bool> EndsAsync(RemoteProcess process, TimeSpan grace, CancellationToken cancellationToken)
    {
        try
        {
            await process.WaitAsync(cancellationToken).WaitAsync(grace, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        catch (TeuthologyException e) when (e.Kind is not (FailureKind.ConnectionLost or FailureKind.Infrastructure))
        {
            return true; // it ended; how it ended is not judged here
        }
    }
}
