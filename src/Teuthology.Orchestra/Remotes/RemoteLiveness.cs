namespace Teuthology.Orchestra;

/// <summary>Whether a host is there, and how it comes back.</summary>
public static class RemoteLiveness
{
    /// <summary>Tells what a host without a kernel of its own is; a namespace, a container.</summary>
    private const string OwnKernel = """
        [ -e /run/.containerenv ] && echo podman && exit 1
        [ -e /.dockerenv ] && echo docker && exit 1
        tr '\0' '\n' </proc/1/environ 2>/dev/null | grep '^container=' && exit 1
        [ "$(cat /proc/2/comm 2>/dev/null)" = kthreadd ] || { echo 'a process namespace'; exit 1; }
        for n in mnt net uts; do
            [ "$(readlink /proc/self/ns/$n)" = "$(readlink /proc/1/ns/$n)" ] || { echo "a namespace: $n"; exit 1; }
        done
        """;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Whether a command runs there now.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<bool> IsOnlineAsync(this Remote remote, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        try
        {
            await remote.RunAsync(RemoteCommand.Posix("true") with { Timeout = TimeSpan.FromSeconds(30) }, ct).ConfigureAwait(false);
            return true;
        }
        catch (TeuthologyException)
        {
            return false;
        }
    }

    /// <summary>Connects unless a command runs there now; upstream's <c>ensure_online</c>.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ConnectionLostException"><c>Failed to connect to HOST</c>, or no connection can be had.</exception>
    public static async Task EnsureOnlineAsync(this Remote remote, CancellationToken ct)
    {
        if (await remote.IsOnlineAsync(ct))
            return;
        await remote.ConnectAsync(ct);
        if (!await remote.IsOnlineAsync(ct))
            throw new ConnectionLostException(remote.HostName, $"Failed to connect to {remote.ShortName}");
    }

    /// <summary>
    /// Connects anew, so that commands see the user's groups and limits of now, and tries again until it is so or a time is over; upstream's
    /// <c>reconnect</c>. Pauses grow by three seconds, as upstream. Commands that run keep their connection until they end; upstream cuts them off.
    /// </summary>
    /// <param name="remote">The host.</param>
    /// <param name="timeout">How long; null is 30 s.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Whether the host answers.</returns>
    public static async Task<bool> TryReconnectAsync(this Remote remote, TimeSpan? timeout, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        var patience = timeout ?? TimeSpan.FromSeconds(30);
        using var deadline = new CancellationTokenSource(patience, remote.Options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        var poll = new Poll
        {
            Sleep = Pause, Increment = TimeSpan.FromSeconds(3), Timeout = patience, Action = $"reconnect to {remote.ShortName}", Time = remote.Options.Time, Log = remote.Log,
        };
        await remote.RenewAsync();
        try
        {
            return await poll.TryUntilAsync(_ => OnceAsync(remote, either.Token), either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>As <see cref="TryReconnectAsync"/>, but an error instead of false.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="timeout">How long; null is 30 s.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ConnectionLostException"><c>Failed to reconnect to HOST</c>.</exception>
    public static async Task ReconnectAsync(this Remote remote, TimeSpan? timeout, CancellationToken ct)
    {
        if (!await remote.TryReconnectAsync(timeout, ct))
            throw new ConnectionLostException(remote.HostName, $"Failed to reconnect to {remote.ShortName}");
    }

    /// <summary>Restarts a host and waits until another boot of it answers; upstream's <c>misc.reboot</c>.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="timeout">How long; null is 300 s, as upstream.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <exception cref="TeuthologyException"><c>HOST did not come up after reboot within Ns</c>.</exception>
    public static Task RebootAsync(this Remote remote, TimeSpan? timeout, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        RemoteLog.Note(remote.Log, $"Rebooting {remote.HostName}...");
        return RestartAsync(remote, RemoteCommand.Script("(sleep 0.5; reboot) >/dev/null 2>&1 </dev/null &"), timeout, ct);
    }

    /// <summary>
    /// Restarts a host by its kernel alone, past services that hang: writes what is cached, makes file systems read-only, resets by PCI, and
    /// waits until another boot of it answers. Upstream's <c>safe_hard_reboot</c>, which does not wait.
    /// </summary>
    /// <param name="remote">The host; a machine of its own, for a container's kernel is that of its host.</param>
    /// <param name="timeout">How long; null is 300 s.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <exception cref="TeuthologyException">It is a container, or <c>HOST did not come up after reboot within Ns</c>.</exception>
    public static async Task HardRebootAsync(this Remote remote, TimeSpan? timeout, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        var kind = await remote.RunAsync(RemoteCommand.Posix(OwnKernel) with { Sudo = true, CheckStatus = false, Quiet = true, Label = "kernel" }, ct);
        if (kind.ExitStatus != 0)
            throw new TeuthologyException(FailureKind.Configuration, $"{remote.ShortName} has no kernel of its own ({kind.Stdout.Trim()}): a hard reboot would restart the machine that it runs on");
        RemoteLog.Note(remote.Log, $"Triggering safe hard reboot via SysRq on {remote.ShortName}");
        await RestartAsync(remote, RemoteCommand.Script($"({HardReboot("/sys/kernel/reboot", "/proc/sysrq-trigger")}) >/dev/null 2>&1 </dev/null &"), timeout, ct);
    }

    /// <summary>Upstream's steps: s is sync, u read-only, b reboot.</summary>
    internal static string HardReboot(string reboot, string sysrq) =>
        $"echo pci >{reboot}/type && echo 1 >{reboot}/force && sync && echo s >{sysrq} && echo u >{sysrq} && sleep 2 && echo b >{sysrq}";

    private static async Task<bool> OnceAsync(Remote remote, CancellationToken ct)
    {
        RemoteLog.Note(remote.Log, $"Trying to reconnect to host '{remote.Name}'");
        if (!await remote.IsOnlineAsync(ct))
            return false;
        RemoteLog.Note(remote.Log, $"Successfully reconnected to host '{remote.Name}'");
        return true;
    }

    private static async Task RestartAsync(Remote remote, RemoteCommand command, TimeSpan? timeout, CancellationToken ct)
    {
        var patience = timeout ?? TimeSpan.FromSeconds(300);
        var before = await BootAsync(remote, ct).ConfigureAwait(false);
        await AskAsync(remote, command, ct).ConfigureAwait(false);
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
            throw new TeuthologyException(FailureKind.Infrastructure, $"{remote.HostName} did not come up after reboot within {patience.TotalSeconds:0.#}s");
        remote.Facts.Forget();
    }

    private static async Task AskAsync(Remote remote, RemoteCommand command, CancellationToken ct)
    {
        try
        {
            await remote.RunAsync(command with { Sudo = true, CheckStatus = false, Label = "reboot" }, ct).ConfigureAwait(false);
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
