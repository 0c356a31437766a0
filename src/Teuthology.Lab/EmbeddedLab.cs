using Microsoft.Extensions.Logging;

namespace Teuthology.Lab;

/// <summary>The best lab that this host can carry, or the kind that the options name.</summary>
/// <param name="options">Which kind, how many machines, where the state is.</param>
/// <param name="provisioners">All kinds, the most able first.</param>
/// <param name="store">Who holds which machine.</param>
/// <param name="logs">Where the lab logs to.</param>
public sealed class EmbeddedLab(LabOptions options, IEnumerable<IProvisioner> provisioners, LeaseStore store, ILoggerFactory logs) : ILab, IDisposable, IAsyncDisposable
{
    // What ails a machine of this host ails the host: it is tried again soon.
    private static readonly HealthPolicy Health = new() { RetryAfter = TimeSpan.FromMinutes(1) };

    private readonly SemaphoreSlim _choosing = new(1, 1);
    private (LeasedLab Lab, LabOffer Offer)? _choice;

    /// <inheritdoc/>
    public async Task<LabOffer> DescribeAsync(CancellationToken cancellationToken) => (await ChooseAsync(cancellationToken)).Offer;

    /// <inheritdoc/>
    public async Task<IMachineLease> AcquireAsync(MachineRequest request, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var (lab, offer) = await ChooseAsync(cancellationToken);
        LabRefusal.ThrowIfNever(request, offer);
        return await lab.AcquireAsync(request, progress, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task RequireSnapshotAsync(string name, int machines, CancellationToken cancellationToken) =>
        await (await ChooseAsync(cancellationToken)).Lab.RequireSnapshotAsync(name, machines, cancellationToken);

    /// <inheritdoc/>
    public async Task<Machine?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var provisioner = (await ChooseAsync(cancellationToken)).Lab.Provisioner;
        return provisioner.MachineNames.Contains(name) ? await provisioner.FindAsync(name, cancellationToken) : null;
    }

    /// <summary>The lab of the chosen kind, with its provisioner and its store: what <c>teuthology lab</c> works on.</summary>
    /// <param name="cancellationToken">Stops the probing of the host.</param>
    public async Task<LeasedLab> OpenAsync(CancellationToken cancellationToken) => (await ChooseAsync(cancellationToken)).Lab;

    /// <summary>Frees the lock inside; leases live on until they are disposed.</summary>
    public void Dispose() => _choosing.Dispose();

    /// <summary>Takes away what the machines shared (their network), unless there are machines still.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_choice is { } choice)
            await choice.Lab.CloseAsync();
        Dispose();
    }

    private async Task<(LeasedLab Lab, LabOffer Offer)> ChooseAsync(CancellationToken cancellationToken)
    {
        await _choosing.WaitAsync(cancellationToken);
        try
        {
            return _choice ??= await ProbeAsync(cancellationToken);
        }
        finally
        {
            _choosing.Release();
        }
    }

    private async Task<(LeasedLab Lab, LabOffer Offer)> ProbeAsync(CancellationToken cancellationToken)
    {
        var kinds = provisioners.Where(p => options.Kind == "auto" || options.Kind == p.Kind).ToList();
        var remedies = new List<string>();
        if (options.Kind != "auto")
            remedies.Add($"Only the {options.Kind} lab was looked at; TEUTHOLOGY_LAB=auto takes the most able kind that works here");
        foreach (var kind in kinds)
        {
            var lab = new LeasedLab(kind, store, logs.CreateLogger<LeasedLab>()) { Health = Health };
            var offer = await lab.DescribeAsync(cancellationToken);
            if (offer.Remedy is not null)
                remedies.Add(offer.Remedy);
            if (offer.Machines > 0 || kind == kinds[^1])
                return (lab, offer with { Remedy = remedies.Count == 0 ? null : string.Join("; ", remedies) });
        }

        throw new ConfigurationException($"there is no lab of kind '{options.Kind}'; TEUTHOLOGY_LAB may be auto, {string.Join(", ", provisioners.Select(p => p.Kind))}");
    }
}
