using System.Globalization;
using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>rhbuild</c> of the task <c>install</c>: a product's packages, which the machines' own sources have. What they are stands in <c>RHBUILD.yaml</c> in the site's
/// <c>ds_yaml_dir</c>: <c>versions.supported</c>, <c>versions.{deb,rpm}.mapped</c> (the product's version to Ceph's) and <c>pkgs.{deb,rpm}</c>.
/// </summary>
internal static class RedHatBuild
{
    /// <summary>Plays <c>playbook</c> by <c>ansible.cephlab</c> if there is one, installs on all machines, and removes when the job unwinds unless <c>skip_uninstall</c>.</summary>
    /// <exception cref="ConfigurationException">The file is not there, or does not know the version.</exception>
    /// <exception cref="TeuthologyException">The version that was installed is another.</exception>
    public static async Task InstallAsync(TaskRun run, InstallOptions first, CancellationToken cancellationToken)
    {
        var version = Convert.ToString(first.Config.Get("rhbuild"), CultureInfo.InvariantCulture)!;
        var product = Read(run, version);
        run.Job.Summary["flavor"] = first.Flavor;
        if (first.Config.Get("playbook") is not null)
            await PlayAsync(run, first.Config, cancellationToken);
        await InParallel.ForEachAsync(run.Job.Cluster.Remotes, (remote, ct) => InstallAsync(run, remote, version, product, ct), cancellationToken);
    }

    private static YamlMap Read(TaskRun run, string version)
    {
        if ((run.Job.Config.Get("ds_yaml_dir") ?? run.Job.Options.Site.All.Get("ds_yaml_dir")) is not string directory)
            throw run.Wrong("'rhbuild' needs 'ds_yaml_dir' in the site's configuration, the directory of the products' files", "rhbuild");
        var path = Path.Combine(directory, version + ".yaml");
        if (!File.Exists(path))
            throw run.Wrong($"Downstream rh version yaml file missing: {path}", "rhbuild");
        var product = YamlLoader.LoadFile(path) as YamlMap ?? throw run.Wrong($"{path} must be a mapping with 'versions' and 'pkgs'", "rhbuild");
        return Under(product, "versions").Get("supported") is YamlList supported && supported.Any(v => Convert.ToString(v, CultureInfo.InvariantCulture) == version)
            ? product
            : throw run.Wrong($"Unsupported RH Ceph version {version}", "rhbuild");
    }

    private static async Task PlayAsync(TaskRun run, YamlMap config, CancellationToken cancellationToken)
    {
        var play = new YamlMap();
        foreach (var key in config.Keys.Where(k => k is "playbook" or "repo" or "branch" or "hosts" or "inventory" or "vars" or "group_vars" or "tags" or "skip_tags" or "cleanup" or "reconnect"))
            play[key] = config.Get(key);
        var stack = new TaskStack(run.Job);
        run.Defer("unwind the playbook", async (_, _) =>
        {
            if (await stack.UnwindAsync() is { } error)
                throw new TeuthologyException(FailureKind.Infrastructure, error.Message, error);
        });
        await stack.EnterAsync(new TaskEntry("ansible.cephlab", play, run.Mark), cancellationToken);
    }

    private static async Task InstallAsync(TaskRun run, Remote remote, string version, YamlMap product, CancellationToken cancellationToken)
    {
        var facts = await remote.Facts.GetAsync(cancellationToken);
        var kind = facts.Os.PackageType;
        var options = InstallOptions.Read(run, kind);
        var packages = (Under(product, "pkgs").Get(kind) as YamlList ?? []).OfType<string>().ToList();
        var extra = InstallOptions.Read(new YamlMap { ["packages"] = new YamlList { "none" }, ["extra_packages"] = options.Config.Get("extra_packages") }, null, run.Mark, kind);
        options = options with { Packages = [.. packages, .. extra.Packages.Where(p => p != "none"), .. options.SystemPackages], SystemPackages = [], Repositories = [] };
        var target = new BuildTarget(options.Project, options.Flavor, facts.Os, facts.Arch);

        if (options.Config.Get("skip_uninstall") is null or false)
        {
            // Only what the file names: extra packages stay, as upstream's do.
            var remove = kind == "deb" ? "DEBIAN_FRONTEND=noninteractive apt-get -q -y remove" : "yum -y remove";
            run.Defer($"remove the product from {remote.ShortName}", (_, ct) => InstallTask.RootAsync(remote, "remove the product", $"{(packages.Count > 0 ? $"{remove} {ShellQuote.Join(packages)}\n" : "")}rm -rf /var/lib/ceph\n", ct));
        }

        if (kind == "rpm")
            await InstallTask.RootAsync(remote, "remove what EPEL may have brought", "yum -y remove leveldb xmlstarlet fcgi || :\n", cancellationToken);
        InstallTask.Verify(remote, options, null, await InstallTask.RootAsync(remote, $"install {version}", PackageScript.Install(options, target, null), cancellationToken));
        var told = await InstallTask.RootAsync(remote, "version", PackageScript.Versions("ceph-common", target), cancellationToken);
        var installed = told.Stdout.Split('\n').FirstOrDefault(l => l.StartsWith(PackageScript.Marker, StringComparison.Ordinal))?[PackageScript.Marker.Length..].Trim() ?? "none";
        var wanted = Convert.ToString(Under(Under(Under(product, "versions"), kind), "mapped").Get(version), CultureInfo.InvariantCulture);
        if (string.IsNullOrEmpty(wanted) || !installed.StartsWith(wanted, StringComparison.Ordinal))
            throw new TeuthologyException(FailureKind.Infrastructure, $"Version check failed on node {remote.ShortName}: ceph-common is {installed}, {version} is {wanted}");
        CephLog.Note(run.Log, $"Installed version matches on {remote.ShortName}: {installed}");
    }

    private static YamlMap Under(YamlMap map, string key) => map.Get(key) as YamlMap ?? [];
}
