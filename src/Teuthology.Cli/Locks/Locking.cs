using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary>Locks and unlocks machines for a person; what is refused is told in upstream's words.</summary>
internal sealed class Locking(Terminal terminal, INodeDirectory directory, string owner, string? description, DateTimeOffset? until)
{
    /// <summary>Locks machines one after the other.</summary>
    /// <param name="names">Their names, in full.</param>
    /// <param name="goOn">Whether a refusal leaves the others to be tried.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<int> LockAsync(IReadOnlyList<string> names, bool goOn, CancellationToken cancellationToken) =>
        EachAsync("lock", names, goOn, async name => await WarnOfEndAsync(await directory.LockAsync(name, Terms(), cancellationToken)), cancellationToken);

    /// <summary>Unlocks machines one after the other.</summary>
    /// <param name="names">Their names, in full.</param>
    /// <param name="goOn">Whether a refusal leaves the others to be tried.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<int> UnlockAsync(IReadOnlyList<string> names, bool goOn, CancellationToken cancellationToken) =>
        EachAsync("unlock", names, goOn, name => directory.UnlockAsync(name, owner, description, cancellationToken), cancellationToken);

    /// <summary>Locks so many machines of a kind and prints them as targets.</summary>
    /// <param name="request">How many of which kind.</param>
    /// <param name="wait">Whether to wait until enough are free.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<int> LockManyAsync(LockManyRequest request, bool wait, CancellationToken cancellationToken)
    {
        NodeLock held;
        try
        {
            held = wait
                ? await directory.LockInLineAsync(request, Terms(), terminal.Time, new LineProgress(terminal.Error), cancellationToken)
                : await directory.LockManyAsync(request, Terms(), cancellationToken);
        }
        catch (NodeRefusedException e)
        {
            var types = string.Join(',', request.MachineTypes);
            await terminal.Error.WriteLineAsync(e.Refusal == NodeRefusal.Insufficient
                ? $"Insufficient nodes available to lock {request.Count} {types} nodes.\n{e.Message} (--block waits for more)"
                : $"Could not lock {request.Count} {types} nodes, reason: {e.Message}");
            return ExitCode.Failure;
        }

        await WarnOfEndAsync(held);
        var names = held.Nodes.Select(node => node.Name).ToList();
        if (request.MachineTypes is ["vps"])
        {
            var shortNames = string.Join(' ', names.Select(name => name.Split('.')[0]));
            await terminal.Error.WriteLineAsync($"Successfully Locked:\n{shortNames}\n\nUnable to display keys at this time (virtual machines are booting).\nPlease run teuthology-lock --list-targets {shortNames} once these machines come up.");
        }
        else
        {
            NodeListings.WriteTargets(terminal.Out, held.Nodes.Select(node => KeyValuePair.Create(node.Name, node.SshPubKey)));
        }

        return ExitCode.Success;
    }

    private LockTerms Terms() => new()
    {
        Owner = owner,
        Description = description,
        Lease = until is { } end ? end - terminal.Time.GetUtcNow() : null,
        RequestId = Guid.NewGuid().ToString("N"),
    };

    private async Task WarnOfEndAsync(NodeLock held)
    {
        if (until is null)
            return;
        await terminal.Error.WriteLineAsync(held.ExpiresAt is { } end
            ? $"{string.Join(' ', held.Nodes.Select(node => node.Name))}: held until {TimeZoneInfo.ConvertTime(end, terminal.Time.LocalTimeZone):yyyy-MM-dd HH:mm}"
            : $"warning: {directory.Place} knows no end of a lock: unlock {string.Join(' ', held.Nodes.Select(node => node.Name))} yourself");
    }

    private async Task<int> EachAsync(string verb, IReadOnlyList<string> names, bool goOn, Func<string, Task> act, CancellationToken cancellationToken)
    {
        var exitCode = ExitCode.Success;
        foreach (var name in names)
        {
            try
            {
                await act(name);
            }
            catch (NodeRefusedException e)
            {
                var holder = e.Refusal == NodeRefusal.Conflict && await directory.FindAsync(name, cancellationToken) is { Locked: true } node ? $" (it is locked by {node.LockedBy})" : "";
                await terminal.Error.WriteLineAsync($"failed to {verb} {name}. reason: {e.Message}{holder}");
                exitCode = ExitCode.Failure;
                if (!goOn)
                    break;
            }
        }

        return exitCode;
    }
}
