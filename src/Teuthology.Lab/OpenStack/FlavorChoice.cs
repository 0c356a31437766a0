using System.Globalization;
using System.Text.RegularExpressions;
using Teuthology.OpenStack;

namespace Teuthology.Lab;

/// <summary>Chooses the flavour of servers: the smallest that fits, in upstream's order.</summary>
/// <param name="preferred">Patterns that a name must begin with, the preferred first; empty for any.</param>
/// <param name="excluded">Patterns of names that are never taken.</param>
public sealed class FlavorChoice(IReadOnlyList<Regex> preferred, IReadOnlyList<Regex> excluded)
{
    /// <summary>The smallest by processors, memory and disk that has what is needed; a later pattern counts only when nothing of the former ones fits.</summary>
    /// <param name="flavors">What the cloud has.</param>
    /// <param name="needs">What is needed.</param>
    /// <exception cref="ConfigurationException">None fits; the message names the largest there is.</exception>
    public Flavor Smallest(IEnumerable<Flavor> flavors, ServerNeeds needs)
    {
        ArgumentNullException.ThrowIfNull(needs);
        var sorted = flavors.Where(f => !f.IsDisabled && !excluded.Any(pattern => Begins(pattern, f.Name)))
            .OrderBy(f => f.Vcpus).ThenBy(f => f.Ram).ThenBy(f => f.Disk).ThenBy(f => f.Name, StringComparer.Ordinal).ToList();
        var sets = preferred.Count == 0 ? [sorted] : preferred.Select(pattern => sorted.Where(f => Begins(pattern, f.Name)).ToList());
        return sets.Select(set => set.FirstOrDefault(f => f.Ram >= needs.Ram && f.Disk >= needs.Disk && f.Vcpus >= needs.Cpus)).FirstOrDefault(f => f is not null)
            ?? throw new ConfigurationException($"no flavour of the cloud has {needs with { Volumes = 0 }}: {Told(sorted)}");
    }

    // As re.match: at the beginning
    private static bool Begins(Regex pattern, string name) => pattern.Match(name) is { Success: true, Index: 0 };

    /// <summary><c>m1.large (4 CPUs, 8192 MB, 80 GB)</c>.</summary>
    public static string TextOf(Flavor flavor)
    {
        ArgumentNullException.ThrowIfNull(flavor);
        return string.Create(CultureInfo.InvariantCulture, $"{flavor.Name} ({flavor.Vcpus} CPU{(flavor.Vcpus == 1 ? "" : "s")}, {flavor.Ram} MB, {flavor.Disk} GB)");
    }

    private string Told(List<Flavor> sorted)
    {
        var allowed = sorted.Where(f => preferred.Count == 0 || preferred.Any(pattern => Begins(pattern, f.Name))).ToList();
        return allowed.Count == 0
            ? $"it has none that `flavor` and `flavor_exclude` allow"
            : $"the largest that is allowed is {TextOf(allowed[^1])}; ask for less in `openstack:` of the job or `machine` of the site";
    }
}
