using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>install.upgrade</c>: <c>{all | role: {tag | branch | sha1}}</c>, with <c>project</c>, <c>extra_packages</c> and <c>exclude_packages</c>: brings the
/// machines to another build, or without a builder to the newest version of their sources. A lower version than the installed one is refused before anything is changed.
/// </summary>
[Task("install.upgrade", Needs = LabFeatures.Root | LabFeatures.OwnRoot | LabFeatures.CephPackages)]
public sealed class UpgradeTask : ICheckedTask
{
    private static readonly string[] Keys =
        ["project", "extra_packages", "exclude_packages", "packages", "package_source", "gitbuilder_host", "baseurl_template", "shaman", "pulp", "wait_for_package", "flavor", "debuginfo"];

    /// <inheritdoc/>
    public void Check(TaskRun run)
    {
        if (Nodes(run, run.Map()).Count == 0)
            throw run.Wrong("it needs 'all' or roles, each with a tag, branch or sha1");
    }

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        Check(run);
        var config = run.Map();
        var nodes = Nodes(run, config);
        foreach (var (remote, node) in nodes)
            await UpgradeAsync(run, remote, config, node, cancellationToken);
    }

    /// <summary>Whether a key of the configuration is an option, not a role or <c>all</c>.</summary>
    internal static bool IsOption(object key) => Keys.Contains(key);

    private static List<(Remote Remote, YamlMap Node)> Nodes(TaskRun run, YamlMap config)
    {
        var nodes = new List<(Remote Remote, YamlMap Node)>();
        foreach (var key in config.Keys.Where(k => !Keys.Contains(k)))
        {
            if (config.Get(key) is not (null or YamlMap))
                throw run.Wrong($"'{key}' must be a mapping with a tag, branch or sha1", key);
            if (key is not "all" && !run.Job.Cluster.AllRoles.Contains(key))
                throw run.Wrong($"'{key}' is neither 'all' nor a role of this job nor a key of {run.Name}{NearMiss.Hint(key.ToString()!, Keys)}", key);
            if (key is "all" && config.Keys.Any(k => k is not "all" && !Keys.Contains(k)))
                throw run.Wrong("'all' must be alone", key);
            var node = (YamlMap?)config.Get(key) ?? [];
            if (node.Keys.FirstOrDefault(k => !Keys.Contains(k) && !BuildReference.Keys.Contains(k)) is { } unknown)
                throw new ConfigurationException($"task '{run.Name}': unknown key '{key}.{unknown}'{NearMiss.Hint(unknown.ToString()!, [.. BuildReference.Keys, .. Keys])}", node.MarkOf(unknown) ?? run.Mark);
            foreach (var remote in key is "all" ? run.Job.Cluster.Remotes : run.Job.Cluster.Only((string)key).Remotes)
            {
                if (nodes.Exists(n => n.Remote == remote))
                    CephLog.Warn(run.Log, $"remote {remote.Name} came up twice (role {key})");
                else
                    nodes.Add((remote, node));
            }
        }

        return nodes;
    }

    private static async Task UpgradeAsync(TaskRun run, Remote remote, YamlMap config, YamlMap node, CancellationToken cancellationToken)
    {
        var facts = await remote.Facts.GetAsync(cancellationToken);
        var options = InstallOptions.Read(Merged(run.Job, config, node), null, run.Mark, facts.Os.PackageType, PackageList.Of(run.Job));
        var target = new BuildTarget(options.Project, options.Flavor, facts.Os, facts.Arch);
        var builder = PackageBuilder.Read(options.Config, run.Job.Config, run.Job.Options.Site.All, options.Project, run.Mark);
        builder = await run.Job.Shared<PackageDoor>().ForAsync(run, builder, remote, cancellationToken);
        var build = builder is null ? null
            : await new BuildIndex(builder, remote, run.Log, run.Job.Time).FindAsync(target, options.Wanted() ?? new BuildReference("branch", "main"), cancellationToken);

        var known = options.Project == "ceph" ? "ceph-common" : options.Packages[0];
        var told = await InstallTask.RootAsync(remote, "versions", PackageScript.Versions(known, target), cancellationToken);
        string? Of(string word) => told.Stdout.Split('\n').Where(l => l.StartsWith(word + " ", StringComparison.Ordinal)).Select(l => l[(word.Length + 1)..].Trim()).FirstOrDefault();
        var installed = Of("INSTALLED") ?? throw run.Wrong($"{known} is not installed on {remote.ShortName}; there is nothing to upgrade");
        var next = build?.Version ?? Of("CANDIDATE") ?? installed;
        CephLog.Note(run.Log, $"{options.Project} {facts.Os.PackageType} upgrade from {installed} to {next} on {remote.ShortName}");
        var greater = await remote.RunAsync(RemoteCommand.Script(PackageScript.IsGreater(installed, next, target)) with { CheckStatus = false, Label = "compare versions" }, cancellationToken);
        if (greater.ExitStatus == 0)
        {
            throw new TeuthologyException(
                FailureKind.Test,
                $"An attempt to upgrade from a higher version to a lower one will always fail. Hint: check tags in the target git branch. ({remote.ShortName} has {installed}, asked for {next})");
        }

        InstallTask.Verify(remote, options, build, await InstallTask.RootAsync(remote, $"upgrade {options.Project}", PackageScript.Upgrade(options, target, build), cancellationToken));
    }

    // What the job says of install holds for upgrades, but for the build where the upgrade names its own.
    internal static YamlMap Merged(JobContext job, YamlMap config, YamlMap node)
    {
        var own = new YamlMap();
        foreach (var key in config.Keys.Where(k => Keys.Contains(k)))
            own[key] = config.Get(key);
        var project = own.Get("project") as string ?? "ceph";
        var overrides = (YamlMap?)DeepMerge.Merge(job.Overrides("install")?.Get(project) as YamlMap, null) ?? [];
        if (BuildReference.Keys.Any(k => node.Get(k) is not null))
        {
            foreach (var key in BuildReference.Keys)
                overrides.Remove(key);
        }

        return (YamlMap)DeepMerge.Merge(DeepMerge.Merge(own, node), overrides)!;
    }
}
