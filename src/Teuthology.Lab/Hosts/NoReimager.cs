namespace Teuthology.Lab;

/// <summary>Hosts that keep the system they have: kind <c>static</c>.</summary>
internal sealed class NoReimager : IReimager
{
    public string Kind => "static";

    public bool Reimages => false;

    public TimeSpan SshDeadline => TimeSpan.FromSeconds(60);

    public Task<string?> ObstacleAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Task<string?> DeployAsync(Machine host, MachineOrder order, IProgress<string>? progress, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Task ReleaseAsync(Machine host, CancellationToken cancellationToken) => Task.CompletedTask;
}
