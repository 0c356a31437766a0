using System.Globalization;
using System.Runtime.CompilerServices;

namespace Teuthology.Lab;

/// <summary>The store of leases: reachable, of a schema that we know, without leases of the dead.</summary>
internal sealed class StoreExamination(LeaseStore store, IReadOnlyList<IProvisioner> kinds) : IExamination
{
    public string Area => "store";

    public async IAsyncEnumerable<Finding> ExamineAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (nodes, failure) = await ReadAsync(cancellationToken);
        if (failure is not null)
        {
            yield return new Finding(Area, FindingLevel.Trouble, failure, "start the database, mend TEUTHOLOGY_STORE or the key `store` of ~/.teuthology.yaml; a broken SQLite file may be moved away: then nobody holds anything");
            yield break;
        }

        var waiters = await store.WaitersAsync(cancellationToken);
        yield return Finding.Well(Area, string.Create(CultureInfo.InvariantCulture, $"{nodes.Count} machines are known, {nodes.Count(n => n.Locked)} are held, {waiters.Count} claims wait"));
        var dead = nodes.Where(n => n.Locked && ControllerProcess.TryParse(n.Controller, out var process) && process.IsDead).ToList();
        if (dead.Count > 0)
        {
            yield return new Finding(Area, FindingLevel.Warning, $"{Names(dead)}: held by processes that are gone", "`teuthology lab gc`; the next job does it, too") { Mend = async token => await store.ReclaimAsync(token) };
        }

        var ours = kinds.Select(k => k.MachineType).ToHashSet(StringComparer.Ordinal);
        foreach (var ill in nodes.Where(n => !n.Up))
        {
            var since = ill.DownSince is { } at ? string.Create(CultureInfo.InvariantCulture, $" since {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC") : "";
            var byItself = ill.RetryAt is not null;
            yield return new Finding(
                Area, FindingLevel.Warning, $"{ill.Name} is out of use{since}: {ill.DownReason ?? "somebody took it out"}",
                byItself ? "it is tried again by itself; --mend puts machines of the embedded lab back at once" : $"`teuthology lock --update --status up {ill.Name}` when it is well again")
            {
                Mend = byItself && ours.Contains(ill.MachineType) ? async token => await store.ReportSuccessAsync(ill.Name, token) : null,
            };
        }
    }

    private static string Names(IEnumerable<NodeRecord> nodes) => string.Join(", ", nodes.Select(n => n.Name));

    private async Task<(IReadOnlyList<NodeRecord> Nodes, string? Failure)> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await store.ListAsync(cancellationToken), null);
        }
        catch (Exception e) when (e is TeuthologyException or IOException or UnauthorizedAccessException)
        {
            return ([], $"the store of leases cannot be read: {e.Message}");
        }
    }
}
