namespace Teuthology.Lab;

/// <summary>Machines of several types for a job that takes any of them: each machine is its own provisioner's.</summary>
/// <param name="parts">The provisioners, one a type.</param>
internal sealed class SeveralProvisioners(IReadOnlyList<IProvisioner> parts) : IProvisioner
{
    // As of the last look: a type that cannot work now gives no names and is not prepared.
    private volatile IReadOnlyList<(IProvisioner Part, int Machines)> _giving = [.. parts.Select(p => (p, int.MaxValue))];

    /// <inheritdoc/>
    public string Kind => string.Join(',', parts.Select(p => p.Kind).Distinct(StringComparer.Ordinal));

    /// <inheritdoc/>
    public string MachineType => string.Join(',', parts.Select(p => p.MachineType));

    /// <inheritdoc/>
    /// <remarks>A system that only some of them can change decides for all: no machine is taken that would have the wrong one.</remarks>
    public bool KeepsSystem => parts.Any(p => p.KeepsSystem);

    /// <inheritdoc/>
    public bool MakesMachines => parts.Any(p => p.MakesMachines);

    /// <inheritdoc/>
    public IReadOnlyList<string> MachineNames => [.. _giving.SelectMany(g => g.Part.MachineNames.Take(g.Machines))];

    /// <inheritdoc/>
    public string MachineTypeOf(string name) => Of(name).MachineTypeOf(name);

    /// <inheritdoc/>
    /// <remarks>What all of them can do: a job may get any. Types that give nothing now do not count.</remarks>
    public async Task<LabOffer> DescribeAsync(CancellationToken cancellationToken)
    {
        var offers = await Task.WhenAll(parts.Select(p => p.DescribeAsync(cancellationToken)));
        var giving = offers.Where(o => o.Machines > 0).ToList();
        _giving = [.. parts.Zip(offers.Select(o => o.Machines)).Where(g => g.Second > 0)];
        var remedies = offers.Select(o => o.Remedy).OfType<string>().ToList();
        return new LabOffer(
            MachineType,
            giving.Sum(o => o.Machines),
            giving.Count == 0 ? LabFeatures.None : giving.Select(o => o.Features).Aggregate((one, other) => one & other),
            remedies.Count == 0 ? null : string.Join("; ", remedies));
    }

    /// <inheritdoc/>
    public Task PrepareAsync(IProgress<string>? progress, CancellationToken cancellationToken) =>
        Task.WhenAll(_giving.Select(g => g.Part.PrepareAsync(progress, cancellationToken)));

    /// <inheritdoc/>
    public Task<Machine> StartAsync(string name, IProgress<string>? progress, CancellationToken cancellationToken) => Of(name).StartAsync(name, progress, cancellationToken);

    /// <inheritdoc/>
    public Task<Machine> StartAsync(MachineOrder order, IProgress<string>? progress, CancellationToken cancellationToken) =>
        Of(order.Name).StartAsync(order, progress, cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(string name, CancellationToken cancellationToken) => Of(name).StopAsync(name, cancellationToken);

    /// <inheritdoc/>
    public Task KeepAsync(string name) => Of(name).KeepAsync(name);

    /// <inheritdoc/>
    public Task<Machine?> FindAsync(string name, CancellationToken cancellationToken) => Of(name).FindAsync(name, cancellationToken);

    /// <inheritdoc/>
    public string? ConsoleLogOf(string name) => Of(name).ConsoleLogOf(name);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<NodeStatus>> StatusAsync(CancellationToken cancellationToken) =>
        [.. (await Task.WhenAll(parts.Select(p => p.StatusAsync(cancellationToken)))).SelectMany(s => s)];

    /// <inheritdoc/>
    public Task CloseAsync(CancellationToken cancellationToken) => Task.WhenAll(parts.Select(p => p.CloseAsync(cancellationToken)));

    /// <inheritdoc/>
    public Task DownAsync(CancellationToken cancellationToken) => Task.WhenAll(parts.Select(p => p.DownAsync(cancellationToken)));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> CollectGarbageAsync(Func<string, bool> isHeld, CancellationToken cancellationToken) =>
        [.. (await Task.WhenAll(parts.Select(p => p.CollectGarbageAsync(isHeld, cancellationToken)))).SelectMany(removed => removed)];

    // Remains may have names that the configuration no longer has: the first that makes machines cleans them up.
    private IProvisioner Of(string name) => parts.FirstOrDefault(p => p.MachineNames.Contains(name)) ?? parts.FirstOrDefault(p => p.MakesMachines) ?? parts[0];
}
