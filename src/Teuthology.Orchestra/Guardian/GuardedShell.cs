using System.Collections.Concurrent;

namespace Teuthology.Orchestra;

/// <summary>A connection to a host with a guardian: commands run in lanes, sessions that stay open for the next command.</summary>
internal sealed class GuardedShell(IRemoteShell inner, GuardedHost host) : IRemoteShell
{
    private readonly ConcurrentStack<Lane> idle = [];

    public bool IsConnected => inner.IsConnected;

    public GuardedHost Host => host;

    public Task<IShellCommand> StartAsync(string commandLine, Stream stdout, Stream stderr, CancellationToken ct) =>
        inner.StartAsync(commandLine, stdout, stderr, ct);

    /// <summary>Starts a command in a lane.</summary>
    /// <param name="frame">The command.</param>
    /// <param name="stdout">Is written to as output comes.</param>
    /// <param name="stderr">Likewise.</param>
    /// <param name="reconnect">Gives a session of another connection when this one is lost under the command.</param>
    /// <param name="ct">Gives up before it is started.</param>
    /// <returns>Null when the guardian can make no lane, as on a full disk.</returns>
    /// <exception cref="ShellLostException">The connection is gone.</exception>
    /// <exception cref="TeuthologyException">The host belongs to a newer lease.</exception>
    public async Task<IShellCommand?> RunAsync(
        LaneFrame frame, Stream stdout, Stream stderr, Func<CancellationToken, Task<ShellLease>> reconnect, CancellationToken ct)
    {
        while (idle.TryPop(out var lane))
        {
            if (lane.TryRun(frame, stdout, stderr, reconnect) is { } command)
                return command;
        }

        var opened = await OpenAsync(ct).ConfigureAwait(false);
        return opened is null ? null : opened.TryRun(frame, stdout, stderr, reconnect) ?? throw new ShellLostException("the connection was lost") { BeforeStart = true };
    }

    /// <summary>A lane of this connection that may take the next command.</summary>
    public void GiveBack(Lane lane) => idle.Push(lane);

    /// <summary>
    /// Lets an idle lane go, if there is one, for a session that attaches: a connection has no more sessions than commands at once, and one that
    /// is too many would wait for ever.
    /// </summary>
    public Task MakeRoomAsync() => idle.TryPop(out var lane) ? lane.DismissAsync() : Task.CompletedTask;

    /// <summary>Has an idle lane end all that we have on the host, which saves a session.</summary>
    /// <returns>False when there is none that can.</returns>
    /// <exception cref="ShellLostException">The connection is gone.</exception>
    public async Task<bool> EndByLaneAsync(CancellationToken ct)
    {
        while (idle.TryPop(out var lane))
        {
            if (await lane.EndHostAsync(ct).ConfigureAwait(false))
                return true;
        }

        return false;
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async Task<Lane?> OpenAsync(CancellationToken ct)
    {
        try
        {
            if (await Lane.OpenAsync(this, ct).ConfigureAwait(false) is { } opened)
                return opened;
            await host.BeatAsync(inner, ct).ConfigureAwait(false);
            return await Lane.OpenAsync(this, ct).ConfigureAwait(false);
        }
        catch (ShellLostException error)
        {
            throw new ShellLostException(error.Message, error) { BeforeStart = true };
        }
    }
}
