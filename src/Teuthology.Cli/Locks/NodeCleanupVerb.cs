using System.CommandLine;
using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary><c>teuthology node-cleanup</c>: unlocks machines whose job is over.</summary>
internal sealed class NodeCleanupVerb : Verb
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only tell which machines would be unlocked" };
    private readonly Option<string?> _owner = new("--owner") { HelpName = "OWNER", Description = "Only machines of this owner" };
    private readonly Option<string?> _types = new("--machine-type", "-m") { HelpName = "TYPES", Description = "Only machines of these types: smithi,mira" };
    private readonly DirectoryOption _directory;

    public NodeCleanupVerb(Terminal terminal)
        : base(terminal, "node-cleanup", "Unlock machines whose job is over")
    {
        _directory = new DirectoryOption(terminal);
        Add(_dryRun);
        Add(_owner);
        Add(_types);
        Add(_directory.Server);
        Remarks =
        [
            "A lock is stale when its description is the archive path of a job (…/RUN/JOB) that the results server, results_server of the site's configuration, knows to have passed, failed or died more than five minutes ago. A job that it does not know counts as running. With a lock server and no results_server, the lock server is asked; for the store of this host, the results of this host.",
        ];
        Examples =
        [
            ("teuthology node-cleanup --dry-run", "Which ones, and their jobs"),
            ("teuthology node-cleanup -m smithi --owner scheduled_teuthology@teuthology", "Those of one type and owner"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var verbose = line.GetValue<bool>("--verbose");
        await using var directory = _directory.Open(line);
        using var jobs = JobStates.Open(Terminal, _directory.Site, directory);
        var types = MachineTypeText.Parse(line.GetValue(_types));
        var locked = await directory.ListAsync(new NodeQuery { Locked = true, MachineTypes = types.Count > 0 ? types : null, LockedBy = line.GetValue(_owner) }, cancellationToken);
        if (verbose)
            await Terminal.Error.WriteLineAsync($"Total locked nodes: {locked.Count}");
        var stale = new List<NodeRecord>();
        foreach (var node in locked)
        {
            if (StaleJob.TryParse(node.Description, out var job) && await jobs.EndedAsync(job, Grace, cancellationToken))
                stale.Add(node);
        }

        if (stale.Count == 0)
        {
            if (verbose)
                await Terminal.Error.WriteLineAsync("No stale nodes found.");
            return ExitCode.Success;
        }

        if (line.GetValue(_dryRun))
        {
            await Terminal.Out.WriteLineAsync("Would attempt to unlock:");
            foreach (var node in stale)
                await Terminal.Out.WriteLineAsync($"{node.Name}\t{Link(node.Description!)}");
            return ExitCode.Success;
        }

        var unlocked = 0;
        foreach (var node in stale)
            unlocked += await UnlockAsync(directory, node, cancellationToken) ? 1 : 0;
        await Terminal.Out.WriteLineAsync($"unlocked {unlocked} nodes");
        return unlocked == stale.Count ? ExitCode.Success : ExitCode.Failure;
    }

    // The description goes with it: who took the machine for another job meanwhile keeps it.
    private async Task<bool> UnlockAsync(INodeDirectory directory, NodeRecord node, CancellationToken cancellationToken)
    {
        try
        {
            await directory.UnlockAsync(node.Name, node.LockedBy ?? "", node.Description, cancellationToken);
            await Terminal.Out.WriteLineAsync($"unlocked: {node.Name}");
            return true;
        }
        catch (NodeRefusedException e)
        {
            await Terminal.Error.WriteLineAsync($"failed to unlock {node.Name}. reason: {e.Message}");
            return false;
        }
    }

    private string Link(string archive) => _directory.Site is { ArchiveBase: { } above, ResultsUiServer: { } pages }
        ? archive.Replace(above, pages.TrimEnd('/'), StringComparison.Ordinal)
        : archive;
}
