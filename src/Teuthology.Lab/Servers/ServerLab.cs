using Microsoft.Extensions.Logging;

namespace Teuthology.Lab;

/// <summary>
/// Machines that a lock server gives out: a job that names a machine type gets them from there, all others from the lab of this host. Types for
/// which the site configured a provisioner are imaged by it; the others are used as they are.
/// </summary>
/// <param name="inner">The lab of this host, and the provisioners of the site.</param>
/// <param name="server">The lock server.</param>
/// <param name="site">Login user and key of the machines.</param>
/// <param name="time">Clock of leases.</param>
/// <param name="log">Where trouble with locks is told.</param>
public sealed class ServerLab(ILab inner, INodeDirectory server, SiteConfig site, TimeProvider time, ILogger<ServerLab> log) : ILab, IAsyncDisposable
{
    private const LabFeatures Unless = LabFeatures.Root | LabFeatures.OwnRoot | LabFeatures.OwnNetwork | LabFeatures.CephPackages | LabFeatures.Fuse | LabFeatures.Systemd;

    /// <summary>How long a lock holds without a word of the job, at a server that knows leases.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    public Task<LabOffer> DescribeAsync(CancellationToken cancellationToken) => inner.DescribeAsync(cancellationToken);

    /// <inheritdoc/>
    /// <remarks>What the machines can do shows when they are asked; until then they count as able to do anything.</remarks>
    public async Task<LabOffer> DescribeAsync(string? machineType, CancellationToken cancellationToken)
    {
        if (IsOfThisHost(machineType))
            return await inner.DescribeAsync(machineType, cancellationToken);
        var up = (await server.ListAsync(new NodeQuery { MachineTypes = MachineTypeText.Parse(machineType), Up = true }, cancellationToken)).Count;
        var remedy = up > 0 ? null : $"{server.Place} has no machine of type {machineType} in use: `teuthology lock --summary` tells its types, `teuthology update-inventory -m {machineType}` adds machines";
        return new LabOffer(machineType!, up, up > 0 ? Unless : LabFeatures.None, remedy);
    }

    /// <inheritdoc/>
    public Task RequireSnapshotAsync(string name, int machines, CancellationToken cancellationToken) => inner.RequireSnapshotAsync(name, machines, cancellationToken);

    /// <inheritdoc/>
    public Task<Machine?> FindAsync(string name, CancellationToken cancellationToken) => inner.FindAsync(name, cancellationToken);

    /// <inheritdoc/>
    public async Task<IMachineLease> AcquireAsync(MachineRequest request, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (IsOfThisHost(request.MachineType))
            return await inner.AcquireAsync(request, progress, cancellationToken);
        var offer = await DescribeAsync(request.MachineType, cancellationToken);
        if (offer.Machines < request.Count)
            throw new ConfigurationException(offer.Remedy ?? $"{request.Count} machines of type {request.MachineType} are asked for, but {server.Place} has {offer.Machines} in use");
        var terms = new LockTerms { Owner = request.Owner, Description = request.Description, Lease = Duration, RequestId = Guid.NewGuid().ToString("N") };
        var held = await LockAsync(request, terms, progress, cancellationToken);
        var lease = new ServerLease(server, held, terms, time, log);
        try
        {
            await lease.StartAsync((node, ct) => StartAsync(node, request, lease.Fence, progress, ct), cancellationToken);
            return lease;
        }
        catch
        {
            await lease.DisposeAsync();
            throw;
        }
    }

    /// <summary>Closes the connections to the server.</summary>
    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static bool IsOfThisHost(string? type) => type is null || SiteLab.OfThisHost.Contains(type);

    private async Task<NodeLock> LockAsync(MachineRequest request, LockTerms terms, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var types = MachineTypeText.Parse(request.MachineType);

        // A machine that is imaged anew gets the system that is asked for; of another one it must have it.
        var keeps = types.All(type => ProvisionerOf(type)?.KeepsSystem != false);
        var asked = new LockManyRequest
        {
            Count = request.Count,
            MachineTypes = types,
            OsType = keeps ? request.OsType : null,
            OsVersion = keeps ? request.OsVersion : null,
            Arch = request.Arch,
        };
        if (await MineAsync(request, terms, types, cancellationToken) is { } again)
            return again;
        try
        {
            if (request.Without.Count > 0)
                return await LockOthersAsync(asked, request.Without, terms, cancellationToken);
            return request.Wait
                ? await server.LockInLineAsync(asked, terms, time, progress, cancellationToken)
                : await server.LockManyAsync(asked, terms, cancellationToken);
        }
        catch (NodeRefusedException e) when (e.Refusal == NodeRefusal.Insufficient)
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"not enough machines are available: need {request.Count} {request.MachineType} of {server.Place}, and there are {e.Message} (--block waits for them)", e);
        }
    }

    // What the same owner holds for the same job is his still: a controller that died and came back.
    private async Task<NodeLock?> MineAsync(MachineRequest request, LockTerms terms, IReadOnlyList<string> types, CancellationToken cancellationToken)
    {
        var mine = (await server.ListAsync(new NodeQuery { MachineTypes = types, Locked = true, LockedBy = request.Owner }, cancellationToken))
            .Where(node => node.Description == request.Description).ToList();
        if (mine.Count != request.Count || mine.Exists(node => request.Without.Contains(node.Name)))
            return null;
        var renewed = new List<NodeRecord>();
        foreach (var node in mine)
        {
            var again = await server.LockAsync(node.Name, terms, cancellationToken);
            renewed.Add(node with { Fence = again.Fence, ExpiresAt = again.ExpiresAt });
        }

        return renewed.TrueForAll(node => node.Fence == renewed[0].Fence) ? new NodeLock(renewed) : null;
    }

    // Upstream's call cannot leave machines out, so they are locked by name.
    private async Task<NodeLock> LockOthersAsync(LockManyRequest asked, IReadOnlyCollection<string> without, LockTerms terms, CancellationToken cancellationToken)
    {
        var query = new NodeQuery { MachineTypes = asked.MachineTypes, Up = true, Locked = false, OsType = asked.OsType, OsVersion = asked.OsVersion };
        var free = (await server.ListAsync(query, cancellationToken)).Where(node => !without.Contains(node.Name) && (asked.Arch is null || node.Arch == asked.Arch)).Take(asked.Count).ToList();
        if (free.Count < asked.Count)
            throw new NodeRefusedException(NodeRefusal.Insufficient, $"only {free.Count} nodes available");
        var taken = new List<NodeRecord>();
        try
        {
            foreach (var node in free)
            {
                // Each lock is a lease of its own there, renewed one by one.
                var one = await server.LockAsync(node.Name, terms with { RequestId = null }, cancellationToken);
                taken.Add(node with { Locked = true, LockedBy = terms.Owner, Description = terms.Description, Fence = one.Fence, ExpiresAt = one.ExpiresAt });
            }

            return new NodeLock(taken);
        }
        catch
        {
            foreach (var node in taken)
                await server.UnlockAsync(node.Name, terms.Owner, terms.Description, CancellationToken.None);
            throw;
        }
    }

    private async Task<(Machine Machine, IProvisioner? Provisioner)> StartAsync(
        NodeRecord node, MachineRequest request, long fence, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        if (ProvisionerOf(node.MachineType) is not { } provisioner)
        {
            var key = node.SshPubKey is { Length: > 0 } known ? string.Join(' ', known.Split(' ').Take(2)) : null;
            var host = await TargetMachine.OfAsync(new Target(site.TestUser, node.Name, key), site, cancellationToken);
            return (host with { OsType = node.OsType ?? "", OsVersion = node.OsVersion ?? "", Arch = node.Arch ?? "", Features = Unless, IsPhysical = !node.IsVm }, null);
        }

        // Provisioners know the machines that the store of this host knows.
        await ((SiteLab)inner).Open(node.MachineType).Store.RegisterAsync([node with { Locked = false }], cancellationToken);
        await provisioner.PrepareAsync(progress, cancellationToken);
        var order = new MachineOrder(node.Name) { OsType = request.OsType, OsVersion = request.OsVersion, Arch = request.Arch, Owner = request.Owner, Fence = fence };
        var machine = await provisioner.StartAsync(order, progress, cancellationToken);
        await server.UpdateAsync(
            node.Name,
            new NodeUpdate { SshPubKey = machine.HostKey, OsType = machine.OsType, OsVersion = machine.OsVersion, Arch = machine.Arch },
            cancellationToken);
        return (machine, provisioner);
    }

    private IProvisioner? ProvisionerOf(string type) =>
        inner is SiteLab lab && lab.Types.Any(known => known.Name == type) ? lab.Open(type).Provisioner : null;
}
