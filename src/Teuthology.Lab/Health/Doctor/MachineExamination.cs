using System.Runtime.CompilerServices;

namespace Teuthology.Lab;

/// <summary>Whether the machines that are held run and answer.</summary>
internal sealed class MachineExamination(IReadOnlyList<IProvisioner> kinds, LeaseStore store) : IExamination
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public string Area => "machines";

    public async IAsyncEnumerable<Finding> ExamineAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var nodes = await store.ListAsync(cancellationToken);
        var now = store.Time.GetUtcNow();
        foreach (var kind in kinds)
        {
            var held = nodes.Where(n => n.MachineType == kind.MachineType && !n.IsUnheld(now) && n.LockedBy != LeaseStore.Cleaner).ToDictionary(n => n.Name, StringComparer.Ordinal);
            var there = await kind.StatusAsync(cancellationToken);
            foreach (var finding in await Task.WhenAll(there.Where(m => held.ContainsKey(m.Name)).Select(machine => LookAsync(kind, machine, held[machine.Name], cancellationToken))))
                yield return finding;
            foreach (var absent in held.Values.Where(n => there.All(m => m.Name != n.Name) && n.Controller is null))
                yield return new Finding(Area, FindingLevel.Warning, $"{absent.Name} is held by {absent.LockedBy} for {absent.Description}, and does not run", $"`teuthology lab up` starts it, `teuthology lock --unlock --owner {absent.LockedBy} {absent.Name}` gives it back");
        }
    }

    private async Task<Finding> LookAsync(IProvisioner kind, NodeStatus machine, NodeRecord holder, CancellationToken cancellationToken)
    {
        if (machine.Up && await kind.FindAsync(machine.Name, cancellationToken) is { } found && await SshGreeting.AnswersAsync(found, Patience, cancellationToken))
            return Finding.Well(Area, $"{machine.Name} answers");

        // One that starts in this moment is a job's: only those that a person holds are told
        return holder.Controller is not null && !machine.Up
            ? Finding.Well(Area, $"{machine.Name} is being made for {holder.Description}")
            : new Finding(Area, FindingLevel.Trouble, $"{machine.Name} ({machine.Address}), held by {holder.LockedBy} for {holder.Description}, {(machine.Up ? "does not answer SSH" : "has died")}", $"`teuthology lab reimage {machine.Name}`");
    }
}
