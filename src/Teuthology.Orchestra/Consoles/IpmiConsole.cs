using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Teuthology.Orchestra;

/// <summary>A physical machine's console by ipmitool and, where there is one, conserver; upstream's <c>PhysicalConsole</c>.</summary>
/// <param name="host">Name of the machine.</param>
/// <param name="options">How its controller is reached.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Is told what is switched, or null for none.</param>
public sealed class IpmiConsole(string host, IpmiOptions options, TimeProvider time, ILogger? log = null) : IConsole
{
    private const int ReissueAfter = 5;
    private const int LoginAttempts = 2;
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(20);
    private readonly ILogger log = log ?? NullLogger.Instance;
    private readonly ConsoleLine line = new(RemoteName.Short(host), options, time, log ?? NullLogger.Instance);

    private string Short => RemoteName.Short(host);

    private Poll Patience => new() { Sleep = options.Pause, Timeout = options.Timeout, Time = time };

    /// <inheritdoc/>
    public async Task<bool> IsPowerAsync(bool on, CancellationToken ct) =>
        (await RunAsync(ct, "power", "status")).Contains($"Chassis Power is {State(on)}", StringComparison.Ordinal);

    /// <inheritdoc/>
    /// <remarks>The state is looked at every four seconds; after five looks in vain the order is given once more.</remarks>
    public async Task SetPowerAsync(bool on, CancellationToken ct)
    {
        RemoteLog.Note(log, $"Power {State(on)}");
        var (issued, failures) = (false, 0);
        var done = await Patience.TryUntilAsync(
            async token =>
            {
                if (!issued)
                {
                    issued = (await RunAsync(token, "power", State(on))).Contains(on ? "Up/On" : "Down/Off", StringComparison.Ordinal);
                    return false;
                }

                if (await IsPowerAsync(on, token))
                    return true;
                failures++;
                issued = failures != ReissueAfter;
                return false;
            },
            ct);
        if (!done)
            throw new TeuthologyException(FailureKind.Infrastructure, $"Failed to power {State(on)} {Short} in {options.Timeout.TotalSeconds:0}s");
        RemoteLog.Note(log, $"Power {State(on)} completed");
    }

    /// <inheritdoc/>
    /// <remarks>Waits for the login prompt, <see cref="IpmiOptions.CycleTimeout"/> at most, unless <see cref="IpmiOptions.WaitForLogin"/> is false.</remarks>
    public async Task PowerCycleAsync(CancellationToken ct)
    {
        RemoteLog.Note(log, "Power cycling");
        await OrderAsync("cycle", "Chassis Power Control: Cycle", ct);
        await ComeUpAsync(options.CycleTimeout, ct);
        RemoteLog.Note(log, "Power cycle completed");
    }

    /// <inheritdoc/>
    /// <remarks>Waits for the login prompt, unless <see cref="IpmiOptions.WaitForLogin"/> is false.</remarks>
    public async Task HardResetAsync(CancellationToken ct)
    {
        RemoteLog.Note(log, "Performing hard reset");
        await OrderAsync("reset", "Chassis Power Control: Reset", ct);
        await ComeUpAsync(null, ct);
        RemoteLog.Note(log, "Hard reset completed");
    }

    /// <inheritdoc/>
    /// <remarks>Waits for the login prompt, unless <see cref="IpmiOptions.WaitForLogin"/> is false.</remarks>
    public async Task PowerOffForAsync(TimeSpan interval, CancellationToken ct)
    {
        RemoteLog.Note(log, $"Power off for {interval.TotalSeconds:0.###} seconds");
        await SetPowerAsync(on: false, ct);
        await Task.Delay(interval, time, ct);
        await SetPowerAsync(on: true, ct);
        await ComeUpAsync(null, ct);
        RemoteLog.Note(log, $"Power off for {interval.TotalSeconds:0.###} seconds completed");
    }

    /// <inheritdoc/>
    /// <remarks>The prompt is <c>SHORTNAME login: </c>; the console is opened anew for each of two attempts, each as long as the patience.</remarks>
    public async Task WaitForLoginAsync(TimeSpan? timeout, CancellationToken ct)
    {
        for (var attempt = 0; attempt < LoginAttempts; attempt++)
        {
            if (await line.PromptsAsync($"{Short} login: ", timeout ?? options.Timeout, ct))
                return;
        }

        throw new ConsoleException($"Did not get a login prompt from {host}!");
    }

    /// <inheritdoc/>
    public IAsyncDisposable LogTo(string path) => line.LogTo(path);

    private static string State(bool on) => on ? "on" : "off";

    private Task ComeUpAsync(TimeSpan? timeout, CancellationToken ct) => options.WaitForLogin ? WaitForLoginAsync(timeout, ct) : Task.CompletedTask;

    private async Task OrderAsync(string order, string answer, CancellationToken ct)
    {
        var last = "";
        if (!await Patience.TryUntilAsync(async token => (last = await RunAsync(token, "power", order)).Contains(answer, StringComparison.Ordinal), ct))
            throw new TeuthologyException(FailureKind.Infrastructure, $"Failed to power {order} {Short} in {options.Timeout.TotalSeconds:0}s: {last.Trim()}");
    }

    private async Task<string> RunAsync(CancellationToken ct, params string[] order) =>
        (await LocalProgram.RunAsync(options.Ipmitool(Short, order), Answer, ct)).Output;
}
