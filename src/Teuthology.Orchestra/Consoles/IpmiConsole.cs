using System.Globalization;

namespace Teuthology.Orchestra;

/// <summary>A physical machine's console by ipmitool and, where there is one, conserver.</summary>
/// <param name="host">Name of the machine.</param>
/// <param name="options">How its controller is reached.</param>
/// <param name="time">Clock.</param>
public sealed class IpmiConsole(string host, IpmiOptions options, TimeProvider time) : IConsole
{
    private const int ReissueAfter = 5;
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(20);

    private string Short => RemoteName.Short(host);

    /// <inheritdoc/>
    public async Task<bool> IsPowerAsync(bool on, CancellationToken ct) =>
        (await RunAsync(ct, "power", "status").ConfigureAwait(false)).Contains($"Chassis Power is {State(on)}", StringComparison.Ordinal);

    /// <inheritdoc/>
    public async Task SetPowerAsync(bool on, CancellationToken ct)
    {
        var (issued, failures) = (false, 0);
        var poll = new Poll { Sleep = options.Pause, Timeout = options.Timeout, Time = time };
        var done = await poll.TryUntilAsync(
            async token =>
            {
                if (!issued)
                {
                    issued = (await RunAsync(token, "power", State(on)).ConfigureAwait(false)).Contains(on ? "Up/On" : "Down/Off", StringComparison.Ordinal);
                    return false;
                }

                if (await IsPowerAsync(on, token).ConfigureAwait(false))
                    return true;
                failures++;
                issued = failures != ReissueAfter;
                return false;
            },
            ct).ConfigureAwait(false);
        if (!done)
            throw new TeuthologyException(FailureKind.Infrastructure, $"Failed to power {State(on)} {Short} in {options.Timeout.TotalSeconds:0}s");
    }

    /// <inheritdoc/>
    public Task PowerCycleAsync(CancellationToken ct) => OrderAsync("cycle", "Chassis Power Control: Cycle", ct);

    /// <summary>Resets it without switching the power.</summary>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="TeuthologyException">It cannot be reset.</exception>
    public Task HardResetAsync(CancellationToken ct) => OrderAsync("reset", "Chassis Power Control: Reset", ct);

    /// <summary>Switches it off, and on again after a time.</summary>
    /// <param name="interval">The time; upstream's default is 30 s.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="TeuthologyException">It cannot be switched.</exception>
    public async Task PowerOffForAsync(TimeSpan interval, CancellationToken ct)
    {
        await SetPowerAsync(on: false, ct).ConfigureAwait(false);
        await Task.Delay(interval, time, ct).ConfigureAwait(false);
        await SetPowerAsync(on: true, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IAsyncDisposable LogTo(string path) => new ConsoleLog(
        options is { ConserverMaster: { } master, ConserverPort: { } port }
            ? [options.Programs.Console, "-M", master, "-p", port.ToString(CultureInfo.InvariantCulture), "-s", Short]
            : Ipmitool("sol", "activate"),
        path);

    private static string State(bool on) => on ? "on" : "off";

    private async Task OrderAsync(string order, string answer, CancellationToken ct)
    {
        var poll = new Poll { Sleep = options.Pause, Timeout = options.Timeout, Time = time };
        var last = "";
        if (!await poll.TryUntilAsync(async token => (last = await RunAsync(token, "power", order).ConfigureAwait(false)).Contains(answer, StringComparison.Ordinal), ct).ConfigureAwait(false))
            throw new TeuthologyException(FailureKind.Infrastructure, $"Failed to power {order} {Short} in {options.Timeout.TotalSeconds:0}s: {last.Trim()}");
    }

    private async Task<string> RunAsync(CancellationToken ct, params string[] order) =>
        (await ConsoleProgram.RunAsync(Ipmitool(order), Answer, ct).ConfigureAwait(false)).Output;

    private string[] Ipmitool(params string[] order)
    {
        if (options is not { User: { Length: > 0 } user, Password: { Length: > 0 } password, Domain: { Length: > 0 } domain })
            throw new ConfigurationException("Must set ipmi_user, ipmi_password, and ipmi_domain in .teuthology.yaml");
        return [options.Programs.Ipmitool, "-H", $"{Short}.{domain}", "-I", "lanplus", "-U", user, "-P", password, .. order];
    }
}
