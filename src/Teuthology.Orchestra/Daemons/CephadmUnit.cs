using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra;

/// <summary>
/// A daemon that cephadm keeps in a container under systemd: the unit <c>ceph-FSID@TYPE.ID</c>, whose journal goes to the log while it runs.
/// Upstream's <c>CephadmUnit</c>.
/// </summary>
/// <param name="remote">The host.</param>
/// <param name="role">Its role.</param>
/// <param name="fsid">FSID of the cluster.</param>
/// <param name="log">Log of what is done and of the journal.</param>
public sealed class CephadmUnit(Remote remote, Role role, string fsid, ILogger log) : IDaemon
{
    private RemoteProcess? journal;
    private string? runtime;
    private volatile bool started;

    /// <summary>Name of the unit.</summary>
    public string Name { get; } = $"ceph-{fsid}@{role.Daemon}";

    /// <summary>Name of the container.</summary>
    public string Container { get; } = $"ceph-{fsid}-{role.Type}-{role.Id}";

    /// <inheritdoc/>
    public string Role => role.ToString();

    /// <inheritdoc/>
    public Remote Remote => remote;

    /// <summary>Whether it was started by us or was said to run, and has not been stopped; upstream's <c>running</c>.</summary>
    /// <param name="ct">Not needed.</param>
    public Task<bool> IsRunningAsync(CancellationToken ct) => Task.FromResult(started);

    /// <summary>Whether systemd says that it does not run; upstream's <c>finished</c>.</summary>
    /// <param name="ct">Gives up.</param>
    public async Task<bool> IsFinishedAsync(CancellationToken ct) => (await SystemctlAsync("status", ct, check: false)).ExitStatus != 0;

    /// <summary>Says that it runs already: its journal goes to the log from now on.</summary>
    /// <param name="ct">Gives up.</param>
    public async Task FollowAsync(CancellationToken ct)
    {
        await StartJournalAsync(ct);
        started = true;
    }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken ct)
    {
        if (started)
        {
            RemoteLog.Warn(log, "Restarting a running daemon");
            await RestartAsync(ct);
            return;
        }

        await StartJournalAsync(ct);
        await SystemctlAsync("start", ct);
        started = true;
    }

    /// <inheritdoc/>
    public async Task RestartAsync(CancellationToken ct)
    {
        if (!started)
        {
            RemoteLog.Note(log, $"Restarting {role.Daemon} (starting--it wasn't running)...");
            await StartAsync(ct);
            return;
        }

        RemoteLog.Note(log, $"Restarting {role.Daemon}...");
        await SystemctlAsync("restart", ct);
    }

    /// <summary>Not to be had: what cephadm runs is its own.</summary>
    /// <param name="arguments">Not taken.</param>
    /// <param name="ct">Not needed.</param>
    /// <exception cref="TeuthologyException">Always.</exception>
    public Task RestartWithAsync(IReadOnlyList<string> arguments, CancellationToken ct) =>
        throw new TeuthologyException(FailureKind.Test, $"{role.Daemon} is a unit of cephadm: it takes no arguments");

    /// <inheritdoc/>
    public async Task StopAsync(TimeSpan timeout, CancellationToken ct)
    {
        if (!started)
        {
            RemoteLog.Bad(log, "Tried to stop a non-running daemon");
            return;
        }

        RemoteLog.Note(log, $"Stopping {role.Daemon}...");
        await SystemctlAsync("stop", ct, timeout: timeout);
        started = false;
        await StopJournalAsync();
        RemoteLog.Note(log, $"Stopped {role.Daemon}");
    }

    /// <inheritdoc/>
    public async Task KillAsync(CancellationToken ct)
    {
        if (started)
            await SystemctlAsync("stop", ct, check: false);
        started = false;
        await StopJournalAsync();
    }

    /// <summary>Sends the container a signal by podman or docker. That it cannot be sent is a warning, as upstream: the daemon may just be going.</summary>
    /// <param name="signal">Its number.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="TeuthologyException"><c>no container runtime found!</c></exception>
    public async Task SignalAsync(int signal, CancellationToken ct)
    {
        RemoteLog.Note(log, $"Sending signal {signal} to {role.Daemon}...");
        try
        {
            await remote.RunAsync(RemoteCommand.Args(await RuntimeAsync(ct), "kill", "-s", $"{signal}", Container) with { Sudo = true }, ct);
        }
        catch (CommandFailedException error)
        {
            RemoteLog.Warn(log, $"Ignoring exception while sending signal: {error.Message}");
        }
    }

    /// <inheritdoc/>
    public async Task<int?> CheckStatusAsync(CancellationToken ct) => await IsFinishedAsync(ct) ? 0 : null;

    /// <inheritdoc/>
    /// <remarks>Upstream stops it here.</remarks>
    public async Task WaitAsync(TimeSpan timeout, CancellationToken ct)
    {
        RemoteLog.Note(log, $"Waiting for {role.Daemon} to exit...");
        await new Poll { Sleep = TimeSpan.FromSeconds(1), Timeout = timeout, Action = $"wait for {role.Daemon}", Time = remote.Options.Time }.UntilAsync(IsFinishedAsync, ct);
        started = false;
        await StopJournalAsync();
        RemoteLog.Note(log, $"Finished waiting for {role.Daemon} to stop");
    }

    /// <summary><c>podman</c>, or where that is not installed <c>docker</c>.</summary>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="TeuthologyException"><c>no container runtime found!</c></exception>
    public async Task<string> RuntimeAsync(CancellationToken ct)
    {
        if (runtime is not null)
            return runtime;
        foreach (var program in (string[])["podman", "docker"])
        {
            if ((await remote.RunAsync(RemoteCommand.Args(program, "--version") with { CheckStatus = false, Quiet = true }, ct)).ExitStatus == 0)
                return runtime = program;
        }

        throw new TeuthologyException(FailureKind.Configuration, "no container runtime found!");
    }

    /// <summary>Ends the journal's follower; the unit is the host's.</summary>
    public async ValueTask DisposeAsync() => await StopJournalAsync();

    private async Task StartJournalAsync(CancellationToken ct) => journal ??= await remote.StartAsync(
        RemoteCommand.Args("journalctl", "-f", "-n", "0", "-u", $"{Name}.service") with { Sudo = true, Label = role.Daemon, Log = log, CheckStatus = false }, ct);

    private async Task StopJournalAsync()
    {
        if (Interlocked.Exchange(ref journal, null) is { } following)
            await following.DisposeAsync();
    }

    private Task<CommandResult> SystemctlAsync(string order, CancellationToken ct, bool check = true, TimeSpan? timeout = null) =>
        remote.RunAsync(RemoteCommand.Args("systemctl", order, Name) with { Sudo = true, Label = order, CheckStatus = check, Quiet = !check, Timeout = timeout }, ct);
}
