namespace Teuthology.Orchestra;

/// <summary>A virtual machine's console and power by virsh; upstream's <c>VirtualConsole</c>, which speaks to libvirt by its Python library.</summary>
/// <param name="domain">Name of the domain.</param>
/// <param name="uri">libvirt's connection URI.</param>
/// <param name="program">virsh, by its name or path.</param>
public sealed class LibvirtConsole(string domain, string uri, string program = "virsh") : IConsole
{
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public async Task<bool> IsPowerAsync(bool on, CancellationToken ct)
    {
        var (status, state) = await RunAsync("domstate", ct).ConfigureAwait(false);
        return status == 0 && (state.Trim() is "running" or "idle" or "paused") == on;
    }

    /// <inheritdoc/>
    public async Task SetPowerAsync(bool on, CancellationToken ct)
    {
        if (await IsPowerAsync(on, ct).ConfigureAwait(false))
            return;
        await OrderAsync(on ? "start" : "destroy", $"Failed to power {(on ? "on" : "off")} {domain} in {Answer.TotalSeconds:0}s", ct);
    }

    /// <inheritdoc/>
    public async Task PowerCycleAsync(CancellationToken ct)
    {
        await SetPowerAsync(on: false, ct).ConfigureAwait(false);
        await SetPowerAsync(on: true, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <remarks>Upstream destroys the domain and leaves it so.</remarks>
    public Task HardResetAsync(CancellationToken ct) => OrderAsync("reset", $"Failed to reset {domain}", ct);

    /// <inheritdoc/>
    public async Task PowerOffForAsync(TimeSpan interval, CancellationToken ct)
    {
        await SetPowerAsync(on: false, ct);
        await Task.Delay(interval, ct);
        await SetPowerAsync(on: true, ct);
    }

    /// <inheritdoc/>
    /// <remarks>That the domain runs is enough, as upstream.</remarks>
    public async Task WaitForLoginAsync(TimeSpan? timeout, CancellationToken ct)
    {
        var (status, state) = await RunAsync("domstate", ct);
        if (status != 0 || state.Trim() != "running")
            throw new ConsoleException($"Did not get a login prompt from {domain}! {state.Trim()}");
    }

    /// <inheritdoc/>
    public IAsyncDisposable LogTo(string path) => new ConsoleLog([program, "-c", uri, "console", "--force", domain], path);

    private async Task OrderAsync(string order, string failure, CancellationToken ct)
    {
        var (status, output) = await RunAsync(order, ct);
        if (status != 0)
            throw new TeuthologyException(FailureKind.Infrastructure, $"{failure}: {output.Trim()}");
    }

    private Task<(int Status, string Output)> RunAsync(string order, CancellationToken ct) => LocalProgram.RunAsync([program, "-c", uri, order, domain], Answer, ct);
}
