using System.Globalization;
using Teuthology.Lab;
using Teuthology.OpenStack;

namespace Teuthology.Cli;

/// <summary>Takes a cluster away: its controller first, which would make servers still, then all that carries its marks, then the web interface here.</summary>
/// <param name="terminal">Surroundings.</param>
/// <param name="site">The site's configuration, the line's options in it.</param>
/// <param name="options">How servers are made.</param>
/// <param name="cloud">The cloud.</param>
/// <param name="fleet">The controller.</param>
internal sealed class ClusterTeardown(Terminal terminal, SiteConfig site, CloudOptions options, OpenStackCloud cloud, ControllerFleet fleet)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Does it.</summary>
    /// <param name="verbose">Whether more is told.</param>
    /// <param name="cancellationToken">Gives up; it can be done again.</param>
    /// <exception cref="TeuthologyException">Machines are held still, or something cannot be removed.</exception>
    public async Task RunAsync(bool verbose, CancellationToken cancellationToken)
    {
        await using var labs = new CloudLabs(terminal, site, verbose);
        var all = labs.All().ToList();
        foreach (var lab in all)
        {
            foreach (var removed in await lab.CollectGarbageAsync(cancellationToken))
                await terminal.Error.WriteLineAsync($"removed {removed}");
            if (await lab.Provisioner.StatusAsync(cancellationToken) is { Count: > 0 } held)
                throw new TeuthologyException(FailureKind.Infrastructure, $"{string.Join(", ", held.Select(node => node.Name))} {(held.Count == 1 ? "is" : "are")} held by a run still: `teuthology kill` it first, or `teuthology lock --unlock` what was kept");
        }

        var progress = new LineProgress(terminal.Error);
        await fleet.RemoveAsync(progress, cancellationToken);
        var report = await new RunCollector(cloud).CollectAsync(new CollectScope { Setup = options.Cluster, Everything = true }, Patience, progress, cancellationToken);
        if (!report.IsDone)
            throw new TeuthologyException(FailureKind.Infrastructure, $"still there: {string.Join("; ", report.Left.Select(left => $"{left.Item}: {left.Why}"))}");
        foreach (var lab in all)
            await lab.Provisioner.DownAsync(cancellationToken);
        if (await new ClusterServer(terminal, options.Cluster).StopAsync(cancellationToken) is { } ended)
            await terminal.Error.WriteLineAsync($"ended {ended}");
        await terminal.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"nothing of {options.Cluster} is left in the cloud"));
    }
}
