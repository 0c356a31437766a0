using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Teuthology.Orchestra;

/// <summary>A daemon that systemd runs on a host, <c>CLUSTER-TYPE@ID</c>; upstream's <c>SystemDState</c>.</summary>
/// <param name="remote">The host.</param>
/// <param name="role">Its role, such as osd 0, or rgw <c>client.0</c>.</param>
/// <param name="log">Is told what is done, or null for none.</param>
public sealed class SystemdUnit(Remote remote, Role role, ILogger? log = null) : IDaemon
{
    private readonly ILogger log = log ?? NullLogger.Instance;

    /// <summary>Name of the unit; upstream's rule: rgw is radosgw, and <c>client.</c> is left out of the id.</summary>
    public string Name { get; } = $"{role.Cluster}-{(role.Type == "rgw" ? "radosgw" : role.Type)}@{role.Id.Replace("client.", "")}";

    /// <inheritdoc/>
    public string Role => role.ToString();

    /// <summary>Where it runs.</summary>
    public Remote Remote => remote;

    /// <inheritdoc/>
    /// <remarks>It does while it has a main process.</remarks>
    public async Task<bool> IsRunningAsync(CancellationToken ct) => await MainPidAsync(ct) is not null;

    /// <summary>Starts it; a running one is left alone.</summary>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">systemd cannot.</exception>
    public Task StartAsync(CancellationToken ct) => OrderAsync("start", ct);

    /// <summary>Stops it and waits until it has ended.</summary>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">systemd cannot.</exception>
    public Task StopAsync(CancellationToken ct) => OrderAsync("stop", ct);

    /// <inheritdoc/>
    public Task StopAsync(TimeSpan timeout, CancellationToken ct) =>
        remote.RunAsync(RemoteCommand.Args("systemctl", "stop", Name) with { Sudo = true, Label = "stop", Timeout = timeout }, ct);

    /// <summary>Stops and starts it, and sees that it is up then.</summary>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">systemd cannot, or it ended at once.</exception>
    public async Task RestartAsync(CancellationToken ct)
    {
        RemoteLog.Note(log, "Restarting daemon using systemd");
        await OrderAsync("restart", ct);
        await CheckStatusAsync(ct);
    }

    /// <inheritdoc/>
    /// <remarks>A unit takes no arguments: it is restarted without, with a warning, as upstream.</remarks>
    public Task RestartWithAsync(IReadOnlyList<string> arguments, CancellationToken ct)
    {
        RemoteLog.Warn(log, "restart_with_args() is not supported with systemd; performing normal restart");
        return RestartAsync(ct);
    }

    /// <inheritdoc/>
    public Task KillAsync(CancellationToken ct) => remote.RunAsync(
        RemoteCommand.Posix($"systemctl kill --signal=KILL {Name}; systemctl stop {Name}") with { Sudo = true, CheckStatus = false, Label = "kill" }, ct);

    /// <inheritdoc/>
    public async Task WaitAsync(TimeSpan timeout, CancellationToken ct) =>
        await new Poll { Sleep = TimeSpan.FromSeconds(1), Timeout = timeout, Action = $"wait for {Name}", Time = remote.Options.Time }.UntilAsync(async token => await CheckStatusAsync(token) is not null, ct);

    /// <summary>Leaves the unit as it is: it is the host's.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Sends its main process a signal.</summary>
    /// <param name="signal">Its number.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">It does not run.</exception>
    public Task SignalAsync(int signal, CancellationToken ct)
    {
        RemoteLog.Warn(log, "systemd may restart daemons automatically");
        return RunAsync(ct, "kill", "--kill-who=main", $"--signal={signal.ToString(CultureInfo.InvariantCulture)}", Name);
    }

    /// <summary>Its main process, or null when it does not run.</summary>
    /// <param name="ct">Gives up.</param>
    public async Task<int?> MainPidAsync(CancellationToken ct) =>
        int.TryParse((await ShowAsync(ct).ConfigureAwait(false)).GetValueOrDefault("MainPID"), CultureInfo.InvariantCulture, out var pid) && pid > 0 ? pid : null;

    /// <summary>Null while it is active, else the status it ended with; of one that failed the end of its journal goes to the log.</summary>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">It ended with another status than 0.</exception>
    public async Task<int?> CheckStatusAsync(CancellationToken ct)
    {
        var shown = await ShowAsync(ct).ConfigureAwait(false);
        if (shown.GetValueOrDefault("ActiveState") == "active")
            return null;
        var status = int.Parse(shown.GetValueOrDefault("ExecMainStatus", "0"), CultureInfo.InvariantCulture);
        if (status == 0)
            return 0;
        var journal = await remote.RunAsync(RemoteCommand.Args("journalctl", "-u", Name, "-n", "10", "--no-pager") with { Sudo = true, CheckStatus = false }, ct).ConfigureAwait(false);
        throw new CommandFailedException(
            new CommandFailure
            {
                Command = $"sudo systemctl start {Name}",
                Host = remote.HostName,
                LastLines = CommandOutput.LastLines(journal.Stdout),
                LastLinesFrom = "journal",
                Note = $"{shown.GetValueOrDefault("ActiveState")}/{shown.GetValueOrDefault("SubState")}",
            },
            status);
    }

    private async Task OrderAsync(string order, CancellationToken ct) => await RunAsync(ct, order, Name).ConfigureAwait(false);

    private async Task<Dictionary<string, string>> ShowAsync(CancellationToken ct)
    {
        var result = await RunAsync(ct, "show", "--property=ActiveState,SubState,MainPID,ExecMainStatus", Name).ConfigureAwait(false);
        return result.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
    }

    private Task<CommandResult> RunAsync(CancellationToken ct, params string[] words) =>
        remote.RunAsync(RemoteCommand.Args(["systemctl", .. words]) with { Sudo = true, Label = words[0] }, ct);
}
