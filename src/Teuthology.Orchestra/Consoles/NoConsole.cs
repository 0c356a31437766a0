namespace Teuthology.Orchestra;

/// <summary>The console of a machine that has none, such as a container.</summary>
/// <param name="host">Name of the machine.</param>
public sealed class NoConsole(string host) : IConsole
{
    /// <inheritdoc/>
    public Task<bool> IsPowerAsync(bool on, CancellationToken ct) => throw None();

    /// <inheritdoc/>
    public Task SetPowerAsync(bool on, CancellationToken ct) => throw None();

    /// <inheritdoc/>
    public Task PowerCycleAsync(CancellationToken ct) => throw None();

    /// <inheritdoc/>
    public Task HardResetAsync(CancellationToken ct) => throw None();

    /// <inheritdoc/>
    public Task PowerOffForAsync(TimeSpan interval, CancellationToken ct) => throw None();

    /// <inheritdoc/>
    public Task WaitForLoginAsync(TimeSpan? timeout, CancellationToken ct) => throw None();

    /// <inheritdoc/>
    public IAsyncDisposable LogTo(string path) => throw None();

    private ConfigurationException None() => new($"{RemoteName.Short(host)} has no console: neither ipmi_user, ipmi_password and ipmi_domain are set for it nor is it a libvirt domain");
}
