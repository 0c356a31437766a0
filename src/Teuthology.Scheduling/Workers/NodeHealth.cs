using System.Text.RegularExpressions;
using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Scheduling;

/// <summary>
/// Takes machines out of use on which Ansible failed in a way that the site knows to be the machine's fault: <c>disable_targets</c>,
/// <c>ansible_failure_patterns</c> by machine type, searched for in a job's <c>ansible_failures.yaml</c>.
/// </summary>
/// <param name="nodes">The machines.</param>
/// <param name="site">The site's configuration.</param>
/// <param name="log">Where it tells what it does.</param>
public sealed partial class NodeHealth(INodeDirectory nodes, SiteConfig site, WorkerLog log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Looks at what a job left.</summary>
    /// <param name="archive">The job's archive directory.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Names of the machines that were taken out of use.</returns>
    public async Task<IReadOnlyList<string>> LookAsync(string archive, CancellationToken cancellationToken)
    {
        List<string> down = [];
        try
        {
            if (Read(Path.Combine(archive, "ansible_failures.yaml")) is not { } failures || Read(Path.Combine(archive, "config.yaml")) is not { } job)
                return down;
            var patterns = Patterns(job.Get("machine_type") as string);
            var targets = job.Get("targets") is YamlMap map ? map.Keys.Select(key => Target.FullName(key.ToString()!, site)).ToHashSet(StringComparer.Ordinal) : [];
            foreach (var (host, failure) in failures)
            {
                if (Messages(failure).FirstOrDefault(message => patterns.Any(pattern => pattern.IsMatch(message))) is not { } told)
                    continue;
                var name = Target.FullName(host.ToString()!, site);
                if (!targets.Contains(name))
                {
                    log.Info($"Not marking {name} down; it is not a target of this job");
                    continue;
                }

                log.Error($"Marking {name} down: {told}");
                await nodes.UpdateAsync(name, new NodeUpdate { Up = false, DownReason = new Change<string?>($"ansible failure: {told}") }, cancellationToken);
                if (await nodes.FindAsync(name, cancellationToken) is { Locked: false })
                    await nodes.UpdateAsync(name, new NodeUpdate { Description = new Change<string?>($"ansible failure: {told}") }, cancellationToken);
                down.Add(name);
            }
        }
        catch (Exception e) when (e is TeuthologyException or IOException or ArgumentException or RegexMatchTimeoutException)
        {
            log.Error($"Failed to check {archive} for failures of machines: {e.Message}");
        }

        return down;
    }

    private static YamlMap? Read(string file) => File.Exists(file) ? YamlLoader.LoadFile(file) as YamlMap : null;

    private static IEnumerable<string> Messages(object? failure) => failure switch
    {
        YamlMap { } record when record.Get("results") is YamlList results => results.SelectMany(Messages),
        YamlMap record when record.Get("msg") is { } message => [Blanks().Replace(message.ToString() ?? "", " ").Trim()],
        _ => [],
    };

    private List<Regex> Patterns(string? machineType)
    {
        if (machineType is null || site.All.Get("disable_targets") is not YamlMap disable || disable.Get("ansible_failure_patterns") is not YamlMap byType)
            return [];
        return byType.Get(machineType) switch
        {
            YamlList list => [.. list.OfType<string>().Select(Make)],
            string one => [Make(one)],
            _ => [],
        };
    }

    private static Regex Make(string pattern) => new(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Patience);

    [GeneratedRegex("\\s+")]
    private static partial Regex Blanks();
}
