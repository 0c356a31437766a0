using System.Collections.Concurrent;
using Teuthology.OpenStack;

namespace Teuthology.Lab;

/// <summary>
/// Servers that jobs gave back and that wait, paused and without volumes, for the next job of their run. They are this process's alone: their leases in the cloud are
/// renewed as long as it lives, and what it leaves when it is killed is collected like any other server.
/// </summary>
/// <param name="cloud">The cloud.</param>
/// <param name="fleet">The lab's servers in it.</param>
/// <param name="ledger">Hours, which go on.</param>
/// <param name="options">Whether servers are used again.</param>
internal sealed class IdleServers(OpenStackCloud cloud, ServerFleet fleet, ServerLedger ledger, CloudOptions options)
{
    private readonly ConcurrentDictionary<string, HeldServer> _idle = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _choosing = new(1, 1);

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _idle.IsEmpty;

    /// <summary>Keeps a server that a job gave back.</summary>
    /// <returns>False when it cannot be kept, and has to go.</returns>
    public async Task<bool> PutAsync(HeldServer held, CancellationToken cancellationToken)
    {
        try
        {
            if (!options.Reuse || held.Run is null || !await cloud.Compute.CanRebuildAsync(cancellationToken) || await cloud.Compute.FindServerAsync(held.Id, cancellationToken) is not { Status: "ACTIVE" } server)
                return false;
            await fleet.RemoveVolumesAsync(server, held.Machine, cancellationToken);
            await fleet.RestAsync(server, cancellationToken);
            _idle[held.Machine] = held;
            return true;
        }
        catch (Exception e) when (e is OpenStackException or OperationCanceledException)
        {
            cloud.Options.Progress?.Report($"server {fleet.NameOf(held.Machine)} is not kept for another job: {e.Message}");
            return false;
        }
    }

    /// <summary>Takes a server for a job: of its run and flavour, the machine's own before others.</summary>
    /// <param name="machine">The machine that it is to be; what else has that name goes.</param>
    /// <param name="flavorId">The flavour.</param>
    /// <param name="stamp">The job.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>It, as that machine; null when none fits.</returns>
    public async Task<HeldServer?> TakeAsync(string machine, string flavorId, RunStamp stamp, CancellationToken cancellationToken)
    {
        // One at a time: another job may be about to clear the name under which the server still is.
        await _choosing.WaitAsync(cancellationToken);
        try
        {
            await RemoveAsync(idle => idle.Machine == machine && !Fits(idle), cancellationToken);
            var chosen = _idle.Values.Where(Fits).OrderBy(idle => idle.Machine == machine ? 0 : 1).ThenBy(idle => idle.Machine, StringComparer.Ordinal).FirstOrDefault();
            if (chosen?.Machine != machine)
                await EndAsync(machine, await fleet.RemoveAsync(machine, cancellationToken));
            if (chosen is null)
                return null;
            try
            {
                await fleet.AdoptAsync(chosen.Id, stamp, machine, cancellationToken);
            }
            catch (OpenStackException e)
            {
                cloud.Options.Progress?.Report($"server {fleet.NameOf(chosen.Machine)} cannot be used again: {e.Message}");
                await RemoveAsync(idle => idle == chosen, cancellationToken);
                return null;
            }

            _idle.TryRemove(chosen.Machine, out _);
            if (chosen.Machine != machine)
                await ledger.EndAsync(chosen.Run, chosen.Machine);
            return chosen with { Machine = machine };
        }
        finally
        {
            _choosing.Release();
        }

        bool Fits(HeldServer idle) => idle.Run == stamp.Run && idle.FlavorId == flavorId;
    }

    /// <summary>Removes idle servers.</summary>
    /// <param name="which">Which of them.</param>
    /// <param name="cancellationToken">Gives up; what was not removed is found by its marks, and goes when its lease ends.</param>
    /// <returns>How many went.</returns>
    public async Task<int> RemoveAsync(Func<HeldServer, bool> which, CancellationToken cancellationToken)
    {
        var removed = _idle.Values.Where(which).Where(idle => _idle.TryRemove(idle.Machine, out _)).ToList();
        await Task.WhenAll(removed.Select(RemoveOneAsync));
        return removed.Count;

        async Task RemoveOneAsync(HeldServer idle)
        {
            await idle.Care.DisposeAsync();
            await EndAsync(idle.Machine, await fleet.RemoveAsync(server => server.Id == idle.Id, _ => false, cancellationToken));
        }
    }

    private async Task EndAsync(string machine, IReadOnlyList<Server> removed)
    {
        foreach (var server in removed)
            await ledger.EndAsync(server.Metadata.GetValueOrDefault(RunMarks.Run), machine);
    }
}
