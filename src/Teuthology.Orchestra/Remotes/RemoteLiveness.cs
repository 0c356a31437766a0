namespace Teuthology.Orchestra;

/// <summary>Whether a host is there, and how it comes back.</summary>
public static class RemoteLiveness
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Whether a command runs there now.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<bool> IsOnlineAsync(this Remote remote, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        try
        {
            await remote.RunAsync(RemoteCommand.Args("true") with { Timeout = TimeSpan.FromSeconds(30) }, ct).ConfigureAwait(false);
            return true;
        }
        catch (TeuthologyException)
        {
            return false;
        }
    }

    /// <summary>Connects if no connection is open, for at most a time; upstream's <c>reconnect</c>.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="timeout">How long; null is 30 s.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ConnectionLostException"><c>Failed to reconnect to HOST</c>.</exception>
    public static async Task ReconnectAsync(this Remote remote, TimeSpan? timeout, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        using var deadline = new CancellationTokenSource(timeout ?? TimeSpan.FromSeconds(30), remote.Options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        var poll = new Poll { Sleep = Pause, Tries = 0, Time = remote.Options.Time };
        try
        {
            await poll.UntilAsync(_ => remote.IsOnlineAsync(either.Token), either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (!ct.IsCancellationRequested)
        {
            throw new ConnectionLostException(remote.HostName, $"Failed to reconnect to {remote.ShortName}", error);
        }
    }

    /// <summary>Restarts a host and waits until another boot of it answers.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="timeout">How long; null is 300 s, as upstream.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <exception cref="TeuthologyException">It did not come back in time.</exception>
    public static async Task RebootAsync(this Remote remote, TimeSpan? timeout, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        var patience = timeout ?? TimeSpan.FromSeconds(300);
        var before = await BootAsync(remote, ct).ConfigureAwait(false);
        await AskAsync(remote, ct).ConfigureAwait(false);
        var poll = new Poll { Sleep = Pause, Timeout = patience, Time = remote.Options.Time, Action = $"reboot {remote.ShortName}" };
        var back = await poll.TryUntilAsync(
            async token =>
            {
                try
                {
                    return await BootAsync(remote, token).ConfigureAwait(false) != before;
                }
                catch (TeuthologyException)
                {
                    return false;
                }
            },
            ct).ConfigureAwait(false);
        if (!back)
            throw new TeuthologyException(FailureKind.Infrastructure, $"{remote.ShortName} did not come back from a reboot within {patience.TotalSeconds:0.#} seconds");
        remote.Facts.Forget();
    }

    private static async Task AskAsync(Remote remote, CancellationToken ct)
    {
        try
        {
            await remote.RunAsync(
                RemoteCommand.Script("(sleep 0.5; reboot) >/dev/null 2>&1 </dev/null &") with { Sudo = true, CheckStatus = false, Label = "reboot" }, ct).ConfigureAwait(false);
        }
        catch (ConnectionLostException)
        {
            // It was quick.
        }
    }

    /// <summary>The kernel's boot and, in a container, the first process's start.</summary>
    private static async Task<string> BootAsync(Remote remote, CancellationToken ct) =>
        (await remote.RunAsync(
            RemoteCommand.Posix("cat /proc/sys/kernel/random/boot_id; cut -d' ' -f22 /proc/1/stat") with { Quiet = true, Label = "boot", Timeout = TimeSpan.FromSeconds(30) }, ct).ConfigureAwait(false)).Stdout;
}
