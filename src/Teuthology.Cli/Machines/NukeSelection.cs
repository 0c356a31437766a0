using System.CommandLine;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary>Chooses the machines that are nuked, and refuses all of them when one is somebody else's.</summary>
internal sealed class NukeSelection(Terminal terminal, DirectoryOption names, INodeDirectory directory, NukeOptionSet options, string owner)
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    /// <summary>The machines.</summary>
    /// <param name="line">The line.</param>
    /// <param name="job">The job of <c>--archive</c>, or null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConfigurationException">None is named, or one is not the owner's.</exception>
    public async Task<IReadOnlyList<NodeRecord>> ChooseAsync(ParseResult line, JobOfArchive? job, CancellationToken cancellationToken)
    {
        var stale = line.GetValue(options.Stale);
        if (stale && line.GetValue(options.Owner) is null)
            throw new ConfigurationException("--stale needs --owner");
        var given = names.FullNames(
        [
            .. line.GetValue(options.Machines) ?? [],
            .. (line.GetValue(options.Targets) ?? []).SelectMany(file => TargetsFile.Read(terminal.FullPath(file))),
            .. job?.Targets ?? [],
        ]);
        if (given.Count == 0 && !stale)
            throw new ConfigurationException("name machines, or a file of targets (-t), an archive (-a), or --stale with --owner");
        var chosen = new List<NodeRecord>(stale ? await StaleAsync(cancellationToken) : []);
        var refused = new List<string>();
        foreach (var name in given.Where(name => chosen.TrueForAll(node => node.Name != name)))
        {
            var node = await FindAsync(name, cancellationToken);
            if (Refusal(name, node, line.GetValue(options.NoCheckLocks)) is { } reason)
                refused.Add(reason);
            else
                chosen.Add(node ?? new NodeRecord { Name = name, MachineType = "" });
        }

        if (refused.Count > 0)
            throw new ConfigurationException($"nothing was touched: {string.Join("; ", refused)}");
        return line.GetValue(options.Name) is { } text
            ? [.. chosen.Where(node => node.Description?.Contains(text, StringComparison.Ordinal) == true)]
            : chosen;
    }

    private string? Refusal(string name, NodeRecord? node, bool unknownToo) => node switch
    {
        null when unknownToo => null,
        null => $"{directory.Place} does not know {name}, so nobody can tell whose it is (--no-check-locks takes it all the same)",
        { Locked: false } => $"{name} is not locked: somebody may take it meanwhile; `teuthology lock --lock {name}` first",
        _ when node.LockedBy != owner => $"{name} is locked by {node.LockedBy}, not {owner} (--owner)",
        _ => null,
    };

    // Machines of the embedded lab have no domain, whatever the site's is.
    private async Task<NodeRecord?> FindAsync(string name, CancellationToken cancellationToken) =>
        await directory.FindAsync(name, cancellationToken) ?? await directory.FindAsync(name.Split('.')[0], cancellationToken);

    private async Task<IEnumerable<NodeRecord>> StaleAsync(CancellationToken cancellationToken)
    {
        using var jobs = JobStates.Open(terminal, names.Site, directory);
        var stale = new List<NodeRecord>();
        foreach (var node in await directory.ListAsync(new NodeQuery { Locked = true, LockedBy = owner }, cancellationToken))
        {
            if (StaleJob.TryParse(node.Description, out var job) && await jobs.EndedAsync(job, Grace, cancellationToken))
                stale.Add(node);
        }

        return stale;
    }
}
