using Teuthology.Lab;

namespace Teuthology.LockTest;

/// <summary>Real machines, of which now and then one does not come up.</summary>
internal sealed class FailingProvisioner(IProvisioner inner, Random random, int failuresInHundred) : IProvisioner
{
    public string Kind => inner.Kind;

    public IReadOnlyList<string> MachineNames => inner.MachineNames;

    public Task<LabOffer> DescribeAsync(CancellationToken cancellationToken) => inner.DescribeAsync(cancellationToken);

    public Task PrepareAsync(IProgress<string>? progress, CancellationToken cancellationToken) => inner.PrepareAsync(progress, cancellationToken);

    public Task<Machine> StartAsync(string name, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        bool fails;
        lock (random)
            fails = random.Next(100) < failuresInHundred;
        return fails
            ? throw new TeuthologyException(FailureKind.Infrastructure, $"{name} does not come up: a fault of the test")
            : inner.StartAsync(name, progress, cancellationToken);
    }

    public Task StopAsync(string name, CancellationToken cancellationToken) => inner.StopAsync(name, cancellationToken);

    public Task<Machine?> FindAsync(string name, CancellationToken cancellationToken) => inner.FindAsync(name, cancellationToken);

    public string? ConsoleLogOf(string name) => inner.ConsoleLogOf(name);

    public Task<IReadOnlyList<NodeStatus>> StatusAsync(CancellationToken cancellationToken) => inner.StatusAsync(cancellationToken);

    public Task DownAsync(CancellationToken cancellationToken) => inner.DownAsync(cancellationToken);

    public Task<IReadOnlyList<string>> CollectGarbageAsync(Func<string, bool> isHeld, CancellationToken cancellationToken) =>
        inner.CollectGarbageAsync(isHeld, cancellationToken);
}
