using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Teuthology.Lab;

/// <summary>Claimed machines from bring-up to their end: first the machine goes, then its name is free.</summary>
internal sealed partial class MachineLease(
    IProvisioner provisioner, LeaseStore store, Lease lease, TimeSpan duration, MachineCleaning cleaning, ILogger log) : IMachineLease
{
    private readonly LeaseHeartbeat _heartbeat = new(store, lease, duration, log);
    private int _disposed;

    /// <summary>What is wanted of each machine; the name is filled in.</summary>
    public MachineOrder Order { get; init; } = new("");

    /// <summary>Snapshot that the machines begin with; null for fresh ones.</summary>
    public string? FromSnapshot { get; init; }

    /// <summary>Places of the machines that get a kernel of their own.</summary>
    public IReadOnlySet<int> OwnKernels { get; init; } = new HashSet<int>();

    /// <summary>When a machine counts as ill.</summary>
    public HealthPolicy Health { get; init; } = new();

    /// <summary>Machines that did not come up.</summary>
    public ConcurrentBag<string> Failed { get; } = [];

    public IReadOnlyList<Machine> Machines { get; private set; } = [];

    public string Owner => lease.Owner;

    public long Fence => lease.Fence;

    public CancellationToken Lost => _heartbeat.Lost;

    public string? LogDirectory { get; } = cleaning.Logs.Open(lease, provisioner);

    /// <summary>Brings all machines up at once; the first failure stops the others.</summary>
    public async Task StartAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        progress?.Report($"starting {string.Join(", ", lease.Nodes)}{(FromSnapshot is null ? "" : $" from the snapshot {FromSnapshot}")}");
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Lost);
        var starts = lease.Nodes.Select((name, place) => StartOneAsync(name, place, progress, failed)).ToList();
        var all = Task.WhenAll(starts);
        await ((Task)all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (starts.Select(s => s.Exception?.InnerException).FirstOrDefault(e => e is not null) is { } error)
            throw error as TeuthologyException ?? new TeuthologyException(FailureKind.Infrastructure, $"machines did not come up: {error.Message}", error);
        if (Lost.IsCancellationRequested)
            throw new TeuthologyException(FailureKind.Infrastructure, $"the lease on {string.Join(", ", lease.Nodes)} was lost while they came up");
        Machines = await all;
    }

    public async Task ReportAsync(string machine, string trouble, CancellationToken cancellationToken)
    {
        try
        {
            if (await store.ReportFailureAsync(machine, trouble, Health.Failures, Health.RetryAfter, cancellationToken) is { Up: false, Failures: var failures })
                LogTakenOut(machine, failures, trouble, Health.RetryAfter);
            else
                LogFailed(machine, trouble);
        }
        catch (TeuthologyException e)
        {
            LogNotReleased(e, lease.Fence);
        }
    }

    public Task<MachineSnapshot> SaveAsync(string snapshot, SnapshotOptions options, IProgress<string>? progress, CancellationToken cancellationToken) =>
        Snapshots.SaveAsync(snapshot, lease.Nodes, options, progress, cancellationToken);

    public async Task KeepAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _heartbeat.DisposeAsync();
        await store.KeepAsync(lease);
        foreach (var name in lease.Nodes)
            await provisioner.KeepAsync(name);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        if (await StillHeldAsync())
            await Task.WhenAll(lease.Nodes.Select(name => cleaning.StopAsync(provisioner, name)));
        else
            foreach (var name in lease.Nodes)
                await cleaning.StopUnheldAsync(provisioner, name);
        await _heartbeat.DisposeAsync();
        cleaning.Logs.Close(lease.Fence);
        try
        {
            await store.ReleaseAsync(lease);
        }
        catch (TeuthologyException e)
        {
            LogNotReleased(e, lease.Fence);
        }
    }

    private async Task<Machine> StartOneAsync(string name, int place, IProgress<string>? progress, CancellationTokenSource failed)
    {
        try
        {
            var machine = await BringUpAsync(name, place, progress, failed.Token);
            await store.NoteAsync(lease, machine);
            await store.ReportSuccessAsync(name, CancellationToken.None);
            return machine;
        }
        catch (Exception e)
        {
            if (e is not (OperationCanceledException or ConfigurationException) && !failed.IsCancellationRequested)
            {
                Failed.Add(name);
                await ReportAsync(name, e.Message, CancellationToken.None);
            }

            await failed.CancelAsync();
            throw;
        }
    }

    private Task<Machine> BringUpAsync(string name, int place, IProgress<string>? progress, CancellationToken cancellationToken) => FromSnapshot is null
        ? provisioner.StartAsync(Order with { Name = name, OwnKernel = OwnKernels.Contains(place) }, progress, cancellationToken)
        : Snapshots.StartFromAsync(name, Snapshots.Require(FromSnapshot, lease.Nodes.Count), place, progress, cancellationToken);

    private IMachineSnapshots Snapshots => provisioner as IMachineSnapshots
        ?? throw new ConfigurationException($"the {provisioner.Kind} lab keeps no snapshots of its machines; the root lab does");

    // Machines that others hold by now are theirs to stop.
    private async Task<bool> StillHeldAsync()
    {
        try
        {
            return !Lost.IsCancellationRequested && await store.RenewAsync(lease, duration, CancellationToken.None);
        }
        catch (TeuthologyException e)
        {
            LogNotReleased(e, lease.Fence);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Machine {Name} is taken out of use after {Failures} failures in a row, for {Pause}: {Trouble}")]
    private partial void LogTakenOut(string name, int failures, string trouble, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Machine {Name} failed: {Trouble}")]
    private partial void LogFailed(string name, string trouble);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Lease {Fence} could not be given back; it ends by itself")]
    private partial void LogNotReleased(Exception exception, long fence);
}
