namespace Teuthology.Orchestra;

/// <summary>A virtual machine's console and power by virsh.</summary>
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
        var (status, output) = await RunAsync(on ? "start" : "destroy", ct).ConfigureAwait(false);
        if (status != 0)
            throw new TeuthologyException(FailureKind.Infrastructure, $"Failed to power {(on ? "on" : "off")} {domain} in {Answer.TotalSeconds:0}s: {output.Trim()}");
    }

    /// <inheritdoc/>
    public async Task PowerCycleAsync(CancellationToken ct)
    {
        await SetPowerAsync(on: false, ct).ConfigureAwait(false);
        await SetPowerAsync(on: true, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IAsyncDisposable LogTo(string path) => new ConsoleLog([program, "-c", uri, "console", "--force", domain], path);

    private Task<(int Status, string Output)> RunAsync(string order, CancellationToken ct) => ConsoleProgram.RunAsync([program, "-c", uri, order, domain], Answer, ct);
}
