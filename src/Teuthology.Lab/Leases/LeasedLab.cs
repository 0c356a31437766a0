using Microsoft.Extensions.Logging;

namespace Teuthology.Lab;

/// <summary>The machines of one provisioner, given out under leases of a store.</summary>
/// <param name="provisioner">Makes the machines.</param>
/// <param name="store">Keeps who holds them; shared with other processes.</param>
/// <param name="log">Where trouble with leases and removals is told.</param>
public sealed partial class LeasedLab(IProvisioner provisioner, LeaseStore store, ILogger<LeasedLab> log) : ILab
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopPatience = TimeSpan.FromMinutes(2);

    /// <summary>When its machines count as ill.</summary>
    public HealthPolicy Health { get; init; } = new();

    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly MachineCleaning _cleaning = new(store, StopPatience, log);
    private LabOffer? _offer;
    private bool _opened;

    /// <summary>Makes the machines.</summary>
    public IProvisioner Provisioner { get; } = provisioner;

    /// <summary>Keeps who holds them.</summary>
    public LeaseStore Store { get; } = store;

    /// <inheritdoc/>
    public async Task<LabOffer> DescribeAsync(CancellationToken cancellationToken) =>
        _offer ??= await Provisioner.DescribeAsync(cancellationToken);

    /// <summary>Has the next question ask the provisioner again: its machines may have become others.</summary>
    internal void Forget() => _offer = null;

    /// <inheritdoc/>
    public async Task<IMachineLease> AcquireAsync(MachineRequest request, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var offer = await DescribeAsync(cancellationToken);
        LabRefusal.ThrowIfNever(request, offer);
        if (request.FromSnapshot is { } snapshot)
            await RequireSnapshotAsync(snapshot, request.Count, cancellationToken);
        await OpenAsync(progress, cancellationToken);
        var failed = request.Without.ToHashSet(StringComparer.Ordinal);
        for (var replacements = 0; ; replacements++)
        {
            var machines = await ClaimAsync(request, offer, failed, progress, cancellationToken);
            try
            {
                await machines.StartAsync(progress, cancellationToken);
                return machines;
            }
            catch
            {
                await machines.DisposeAsync();
                failed.UnionWith(machines.Failed);
                if (machines.Failed.Count == 0 || replacements >= Health.Replacements || Names(offer, failed).Count < request.Count)
                    throw;
            }

            progress?.Report($"{string.Join(", ", machines.Failed)} did not come up; the job takes other machines");
        }
    }

    // Without those that failed, while there are enough others
    private List<string> Names(LabOffer offer, HashSet<string> failed) => [.. Provisioner.MachineNames.Take(offer.Machines).Where(name => !failed.Contains(name))];

    private async Task<MachineLease> ClaimAsync(MachineRequest request, LabOffer offer, HashSet<string> failed, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var claim = new ClaimRequest
        {
            Count = request.Count,
            Owner = request.Owner,
            Description = request.Description,
            MachineTypes = MachineTypeText.Parse(Provisioner.MachineType),
            OsType = Provisioner.KeepsSystem ? request.OsType : null,
            OsVersion = Provisioner.KeepsSystem ? request.OsVersion : null,
            Arch = Provisioner.KeepsSystem ? request.Arch : null,
            Among = Names(offer, failed),
            Duration = Duration,
        };
        var lease = request.Wait ? await Store.ClaimAsync(claim, progress, cancellationToken) : await ClaimNowAsync(claim, cancellationToken);
        return new MachineLease(Provisioner, Store, lease, Duration, _cleaning, log) { Order = OrderOf(request, lease), OwnKernels = request.OwnKernels, FromSnapshot = request.FromSnapshot, Health = Health };
    }

    /// <inheritdoc/>
    public Task RequireSnapshotAsync(string name, int machines, CancellationToken cancellationToken)
    {
        Snapshots.Require(name, machines);
        return Task.CompletedTask;
    }

    /// <summary>Its machines' snapshots.</summary>
    /// <exception cref="ConfigurationException">Machines of this kind have none.</exception>
    public IMachineSnapshots Snapshots => Provisioner as IMachineSnapshots
        ?? throw new ConfigurationException($"the {Provisioner.Kind} lab keeps no snapshots of its machines; the root lab does: run as root, with TEUTHOLOGY_LAB=root or auto");

    /// <summary>Removes machines that dead controllers left and frees their leases; machines that are held stay.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>What was removed, a line each.</returns>
    public Task<IReadOnlyList<string>> CollectGarbageAsync(CancellationToken cancellationToken) =>
        _cleaning.CollectAsync(Provisioner, cancellationToken);

    /// <summary>Does something while every machine that nobody holds is held for it, so that none is taken meanwhile.</summary>
    /// <param name="work">Gets whether a machine is held by somebody else.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What the work gave.</returns>
    public Task<T> CleanAsync<T>(Func<Func<string, bool>, Task<T>> work, CancellationToken cancellationToken) => _cleaning.CleanAsync(Provisioner, work, cancellationToken);

    /// <summary>
    /// Takes away what the machines shared when none is left. A lab that gave no machine has nothing to take away.
    /// An error is logged: the next lab on the same state cleans up.
    /// </summary>
    public async Task CloseAsync()
    {
        if (!_opened)
            return;
        try
        {
            await Provisioner.CloseAsync(CancellationToken.None);
            await CollectGarbageAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is TeuthologyException or IOException)
        {
            LogNotClosed(e);
        }
    }

    private static MachineOrder OrderOf(MachineRequest request, Lease lease) => new("")
    {
        OsType = request.OsType,
        OsVersion = request.OsVersion,
        Arch = request.Arch,
        Owner = request.Owner,
        Fence = lease.Fence,
        Run = request.Run,
        Job = request.Job,
        Needs = request.Needs,
    };

    private async Task<Lease> ClaimNowAsync(ClaimRequest claim, CancellationToken cancellationToken)
    {
        await Store.ReclaimAsync(cancellationToken);
        if (await Store.TryClaimAsync(claim, cancellationToken) is { } lease)
            return lease;
        var now = Store.Time.GetUtcNow();
        var free = (await Store.ListAsync(cancellationToken)).Count(n => MachineTerms.Of(claim).Fit(n) && n.IsFree(now));
        throw new TeuthologyException(FailureKind.Infrastructure, $"not enough machines are available: need {claim.Count}, have {free} free (--block waits for them)");
    }

    // One at a time: the first job builds the image, the others find it built.
    private async Task OpenAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        if (!await _opening.WaitAsync(0, cancellationToken))
        {
            progress?.Report("waiting for the lab to be prepared");
            await _opening.WaitAsync(cancellationToken);
        }

        try
        {
            if (!_opened)
            {
                foreach (var line in await CollectGarbageAsync(cancellationToken))
                    LogCollected(line);
                _opened = true;
            }

            await Provisioner.PrepareAsync(progress, cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Cleaned up after a dead controller: {Removed}")]
    private partial void LogCollected(string removed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lab could not be cleaned up; the next run does it")]
    private partial void LogNotClosed(Exception exception);
}
