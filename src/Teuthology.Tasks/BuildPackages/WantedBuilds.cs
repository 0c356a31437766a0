using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>Finds what the tasks <c>install</c> and <c>install.upgrade</c> of a job ask for, wherever in the job they are, with the job's overrides.</summary>
internal static class WantedBuilds
{
    /// <summary>All of them, each once, in the job's order. What comes from repositories that the job names is not built.</summary>
    /// <exception cref="ConfigurationException">A task's configuration makes no sense.</exception>
    public static IReadOnlyList<WantedBuild> Of(JobContext job)
    {
        var found = new List<WantedBuild>();
        Visit(job, job.Config, found);
        return [.. found.Distinct()];
    }

    private static void Visit(JobContext job, object? node, List<WantedBuild> found)
    {
        switch (node)
        {
            case YamlList list:
                foreach (var item in list)
                    Visit(job, item, found);
                break;
            case YamlMap map:
                foreach (var key in map.Keys)
                    Visit(job, map, key, found);
                break;
            default:
                break;
        }
    }

    private static void Visit(JobContext job, YamlMap map, object key, List<WantedBuild> found)
    {
        switch (key)
        {
            case "overrides":
                break;
            case "install":
                found.AddRange(OfInstall(job, Section(map, key)));
                break;
            case "install.upgrade":
                found.AddRange(OfUpgrade(job, Section(map, key)));
                break;
            default:
                Visit(job, map.Get(key), found);
                break;
        }
    }

    private static YamlMap Section(YamlMap map, object key) => map.Get(key) switch
    {
        null => [],
        YamlMap section => section,
        _ => throw new ConfigurationException($"task '{key}': its configuration must be a mapping", map.MarkOf(key)),
    };

    private static IEnumerable<WantedBuild> OfInstall(JobContext job, YamlMap config)
    {
        var options = InstallOptions.Read(config, job.Overrides("install"), config.Mark);
        if (options.Repositories.Count > 0 || options.Config.Get("rhbuild") is not (null or false))
            return [];
        var nodes = job.Config.Get("roles") is YamlList { Count: > 0 } roles ? roles.Select(Roles) : [[]];
        return nodes.Select(node => Wanted(options, options.Wanted(node)));
    }

    private static IEnumerable<WantedBuild> OfUpgrade(JobContext job, YamlMap config)
    {
        foreach (var key in config.Keys.Where(key => !UpgradeTask.IsOption(key)))
        {
            var options = InstallOptions.Read(UpgradeTask.Merged(job, config, config.Get(key) as YamlMap ?? []), null, config.Mark);
            yield return Wanted(options, options.Wanted());
        }
    }

    private static WantedBuild Wanted(InstallOptions options, BuildReference? reference) => new(options.Project, options.Flavor, reference ?? new BuildReference("branch", "main"));

    private static IEnumerable<string> Roles(object? node) => node is YamlList roles ? roles.OfType<string>() : [];
}
