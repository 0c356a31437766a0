using Microsoft.Extensions.Logging;

namespace Teuthology.Lab;

/// <summary>
/// Removes machines that nobody holds. It claims each of them for the time of the removal,
/// so that none is pulled away from under a job that takes it in the same moment.
/// </summary>
internal sealed partial class MachineCleaning(LeaseStore store, TimeSpan patience, ILogger log)
{
    private static readonly TimeSpan LongestRemoval = TimeSpan.FromMinutes(5);

    /// <summary>Links to the consoles of machines that are held.</summary>
    public LeaseLogs Logs { get; } = new(store);

    /// <summary>Removes what dead controllers left.</summary>
    /// <returns>What was removed, a line each.</returns>
    public Task<IReadOnlyList<string>> CollectAsync(IProvisioner provisioner, CancellationToken cancellationToken) =>
        CleanAsync(provisioner, isHeld => provisioner.CollectGarbageAsync(isHeld, cancellationToken), cancellationToken);

    /// <summary>Does something while machines that nobody holds are held for it.</summary>
    /// <returns>What the work gave.</returns>
    public async Task<T> CleanAsync<T>(IProvisioner provisioner, Func<Func<string, bool>, Task<T>> work, CancellationToken cancellationToken)
    {
        await store.ReclaimAsync(cancellationToken);
        var claims = new Dictionary<string, Lease>(StringComparer.Ordinal);
        try
        {
            // Hosts that are there anyway have no remains, and nobody should find them taken for a look at that.
            var left = provisioner.MakesMachines ? (await provisioner.StatusAsync(cancellationToken)).Select(n => n.Name) : [];
            foreach (var name in provisioner.MachineNames.Union(left))
            {
                await store.RegisterAsync([new NodeRecord { Name = name, MachineType = provisioner.MachineTypeOf(name) }], cancellationToken);
                if (provisioner.MakesMachines && await ClaimAsync(provisioner, name) is { } claim)
                    claims[name] = claim;
            }

            await Logs.CollectAsync(cancellationToken);
            return await work(name => !claims.ContainsKey(name));
        }
        finally
        {
            foreach (var claim in claims.Values)
                await store.ReleaseAsync(claim);
        }
    }

    /// <summary>Stops a machine that the caller holds; what cannot be stopped is removed by the next start under its name.</summary>
    public async Task StopAsync(IProvisioner provisioner, string name)
    {
        using var limit = new CancellationTokenSource(patience, store.Time);
        try
        {
            await provisioner.StopAsync(name, limit.Token);
        }
        catch (Exception e)
        {
            LogNotStopped(e, name);
        }
    }

    /// <summary>Stops a machine whose lease was lost, unless another one holds it by now.</summary>
    public async Task StopUnheldAsync(IProvisioner provisioner, string name)
    {
        try
        {
            if (await ClaimAsync(provisioner, name) is not { } claim)
                return;
            await StopAsync(provisioner, name);
            await store.ReleaseAsync(claim);
        }
        catch (TeuthologyException e)
        {
            LogNotStopped(e, name);
        }
    }

    // Ticket 0: those who wait get the machine after it is clean.
    private Task<Lease?> ClaimAsync(IProvisioner provisioner, string name) => store.ClaimInTurnAsync(
        new ClaimRequest
        {
            Count = 1,
            Owner = LeaseStore.Cleaner,
            Description = "removing what a dead controller left",
            MachineTypes = [provisioner.MachineTypeOf(name)],
            Among = [name],
            Duration = LongestRemoval,
        },
        ticket: 0,
        CancellationToken.None);

    [LoggerMessage(Level = LogLevel.Error, Message = "Machine {Name} could not be stopped")]
    private partial void LogNotStopped(Exception exception, string name);
}
