using System.Globalization;

namespace Teuthology.Orchestra;

/// <summary>A daemon that systemd runs on a host, <c>CLUSTER-TYPE@ID</c>.</summary>
/// <param name="remote">The host.</param>
/// <param name="role">Its role, such as osd 0, or rgw <c>client.0</c>.</param>
public sealed class SystemdUnit(Remote remote, Role role)
{
    /// <summary>Name of the unit; upstream's rule: rgw is radosgw, and <c>client.</c> is left out of the id.</summary>
    public string Name { get; } = $"{role.Cluster}-{(role.Type == "rgw" ? "radosgw" : role.Type)}@{role.Id.Replace("client.", "")}";

    /// <summary>Where it runs.</summary>
    public Remote Remote => remote;

    /// <summary>Starts it; a running one is left alone.</summary>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">systemd cannot.</exception>
    public Task StartAsync(CancellationToken ct) => OrderAsync("start", ct);

    /// <summary>Stops it and waits until it has ended.</summary>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">systemd cannot.</exception>
    public Task StopAsync(CancellationToken ct) => OrderAsync("stop", ct);

    /// <summary>Stops and starts it.</summary>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">systemd cannot.</exception>
    public Task RestartAsync(CancellationToken ct) => OrderAsync("restart", ct);

    /// <summary>Sends its main process a signal.</summary>
    /// <param name="signal">Its number.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="CommandFailedException">It does not run.</exception>
    public Task SignalAsync(int signal, CancellationToken ct) => RunAsync(ct, "kill", "--kill-who=main", $"--signal={signal.ToString(CultureInfo.InvariantCulture)}", Name);

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
