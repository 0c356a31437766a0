using Teuthology.Yaml;

namespace Teuthology.Lab;

/// <summary>
/// Reads what jobs and sites say under <c>openstack:</c> of the size of servers: <c>machine: {disk, ram, cpus}</c> and <c>volumes: {count, size}</c>.
/// Jobs have a list of such hints, of which each need's largest counts; a site has one.
/// </summary>
public static class ResourceHints
{
    /// <summary>Reads the hints of a job; a job without any needs nothing of its own.</summary>
    /// <param name="job">The job's configuration.</param>
    /// <exception cref="ConfigurationException">They are no list of hints, or a hint has a key or a value that makes no sense.</exception>
    public static ServerNeeds OfJob(YamlMap job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return job.Get("openstack") switch
        {
            null => ServerNeeds.None,
            YamlList hints => hints.Select((hint, i) => hint is YamlMap map ? Read(new Section(map, $"openstack[{i}]"), strict: true) : throw NoList(hints.MarkOf(i))).Aggregate(ServerNeeds.None, (sum, one) => sum.Max(one)),
            _ => throw NoList(job.MarkOf("openstack")),
        };
    }

    /// <summary>Reads <c>machine</c> and <c>volumes</c> of a section of the site; what it leaves out is upstream's default.</summary>
    /// <param name="site">The section.</param>
    internal static ServerNeeds OfSite(Section site)
    {
        var said = Read(site, strict: false);
        var machine = site.Under("machine").Map;
        var volumes = site.Under("volumes").Map;
        var usual = ServerNeeds.Default;
        return new ServerNeeds(
            machine.ContainsKey("ram") ? said.Ram : usual.Ram,
            machine.ContainsKey("disk") ? said.Disk : usual.Disk,
            machine.ContainsKey("cpus") ? said.Cpus : usual.Cpus,
            volumes.ContainsKey("count") ? said.Volumes : usual.Volumes,
            volumes.ContainsKey("size") ? said.VolumeSize : usual.VolumeSize);
    }

    private static ServerNeeds Read(Section hint, bool strict)
    {
        if (strict)
            hint.RequireKnown("machine", "volumes");
        var (machine, volumes) = (hint.Under("machine"), hint.Under("volumes"));
        machine.RequireKnown("disk", "ram", "cpus");
        volumes.RequireKnown("count", "size");
        return new ServerNeeds(
            machine.Number("ram", 1, 100_000_000) ?? 0,
            machine.Number("disk", 0, 1_000_000) ?? 0,
            machine.Number("cpus", 1, 10_000) ?? 0,
            volumes.Number("count", 0, 100) ?? 0,
            volumes.Number("size", 1, 1_000_000) ?? 0);
    }

    // Upstream ends with a TypeError about an array and a dict.
    private static ConfigurationException NoList(YamlMark? mark) =>
        new("'openstack' of a job must be a list of hints, e.g. openstack: [{machine: {ram: 8000, disk: 40, cpus: 2}, volumes: {count: 3, size: 10}}]", mark);
}
