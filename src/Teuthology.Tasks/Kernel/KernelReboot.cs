using Microsoft.Extensions.Logging.Abstractions;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Restarts a host past its services, which may hang, and waits for the kernel that it shall come back with.</summary>
internal static class KernelReboot
{
    // Synced and read-only before: nothing is lost but what programs still hold.
    private const string Hard = """
        echo pci >/sys/kernel/reboot/type; echo 1 >/sys/kernel/reboot/force
        sync
        (sleep 1; echo s >/proc/sysrq-trigger; echo u >/proc/sysrq-trigger; sleep 2; echo b >/proc/sysrq-trigger) >/dev/null 2>&1 </dev/null &
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Restarts it.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="isRight">Tells whether what <c>uname -r</c> says is the kernel that is wanted.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The release that runs afterwards.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it did not come back in time, or with another kernel.</exception>
    public static async Task<string> RunAsync(Remote remote, Func<string, bool> isRight, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var before = await BootAsync(remote, cancellationToken);
        await remote.RunAsync(RemoteCommand.Script(Hard) with { Sudo = true, CheckStatus = false, Label = "hard reboot" }, cancellationToken);

        // Asked over connections of its own: commands of the host's would wait for what they had on it before.
        await using var probe = new Remote(remote.Endpoint, NullLogger.Instance, remote.Options with { Guardian = null, KeepAlive = Patience / 4, LinkTimeout = Patience });
        string? release = null;
        var poll = new Poll { Sleep = TimeSpan.FromSeconds(1), Timeout = timeout, Time = time, Action = $"reboot {remote.ShortName}" };
        var back = await poll.TryUntilAsync(
            async ct =>
            {
                try
                {
                    var now = await BootAsync(probe, ct);
                    release = now.Boot == before.Boot ? null : now.Release;
                }
                catch (TeuthologyException)
                {
                    release = null; // not there yet
                }

                return release is not null && isRight(release);
            },
            cancellationToken);
        remote.Facts.Forget();
        return back ? release! : throw new TeuthologyException(
            FailureKind.Infrastructure,
            release is null
                ? $"{remote.ShortName} did not come back from a reboot within {timeout.TotalSeconds:0.#} seconds"
                : $"failed to install new kernel version within timeout: {remote.ShortName} came back with {release}");
    }

    private static async Task<(string Release, string Boot)> BootAsync(Remote remote, CancellationToken cancellationToken)
    {
        var told = await remote.RunAsync(RemoteCommand.Script(KernelScript.Running) with { Quiet = true, Label = "kernel", Timeout = TimeSpan.FromSeconds(30) }, cancellationToken);
        return told.Stdout.TrimEnd().Split('\n') is [var release, var boot] ? (release, boot) : throw new TeuthologyException(FailureKind.Infrastructure, $"{remote.ShortName} does not tell its kernel: {told.Stdout.Trim()}");
    }
}
