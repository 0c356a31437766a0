using System.Globalization;
using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>ceph_ansible</c>: sets a Ceph cluster up by ceph-ansible's playbooks, with an inventory made of the job's roles, waits until it is healthy, makes the
/// pool <c>rbd</c> and lets clients read the admin's keyring; purges the cluster when the job unwinds and keeps its logs. ansible runs on the
/// controller; upstream installs one on a machine of the job.
/// </summary>
[Task("ceph_ansible")]
public sealed class CephAnsibleTask : JobTask<CephAnsibleOptions>, ICheckedTask
{
    private static readonly Dictionary<string, string> Groups = new(StringComparer.Ordinal)
    {
        ["mons"] = "mon", ["mgrs"] = "mgr", ["mdss"] = "mds", ["osds"] = "osd", ["rgws"] = "rgw", ["clients"] = "client", ["nfss"] = "nfs",
    };

    /// <inheritdoc/>
    public void Check(TaskRun run)
    {
        if (!run.TryOptions<CephAnsibleOptions>(out var options))
            return;
        TargetHosts.Of(run, options.Hosts);
        FirstMonitor(run);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, CephAnsibleOptions options, CancellationToken cancellationToken)
    {
        var machines = TargetHosts.Of(run, options.Hosts);
        var mon = FirstMonitor(run);
        await AnsibleProgram.EnsureAsync(run, cancellationToken);
        if (options.AnsibleVersion is { } version)
            TasksLog.Text(run.Log, $"ansible {version} is asked for; the controller's own is used");

        var source = options.Rhbuild is null ? options.Repo ?? $"{run.Job.Options.Site.All.Get("ceph_git_base_url") as string ?? "https://github.com/ceph/"}ceph-ansible.git" : "/usr/share/ceph-ansible";
        var repository = run.Use(await PlaybookRepository.CloneAsync(run, source, options.Branch, cancellationToken));
        var variables = (YamlMap)DeepMerge.Merge(
            new YamlMap { ["ceph_dev"] = true, ["ceph_dev_key"] = "https://download.ceph.com/keys/autobuild.asc", ["ceph_dev_branch"] = run.Job.Config.Get("branch") as string ?? "main" },
            options.Vars)!;
        await WriteAsync(run, options, repository, machines, variables, cancellationToken);

        run.Job.AddRemoteLog("log", "/var/log/ceph");
        if (!options.SkipTeardown)
            run.Defer("purge the cluster", (_, ct) => PurgeAsync(run, repository, machines, ct));
        await PlayAsync(run, repository, "site.yml", [], machines, cancellationToken);
        var cluster = new CephAnsibleCluster(run, mon, Convert.ToString(variables.Get("cluster"), CultureInfo.InvariantCulture) is { Length: > 0 } name ? name : "ceph");
        if (options.WaitForHealth && options.Rhbuild is null)
            await cluster.WaitAsync(cancellationToken);
        await cluster.MakePoolAsync(cancellationToken);
        if (options.Rhbuild is null)
            await cluster.OpenKeyringsAsync(machines, cancellationToken);
    }

    private static Remote FirstMonitor(TaskRun run) => run.Job.Cluster.AllRoles.Where(Role.IsType("mon")).Order(StringComparer.Ordinal).FirstOrDefault() is { } first
        ? RoleCommands.Machine(run, first)
        : throw run.Wrong("the job has no monitor: it needs a role such as mon.a");

    private static async Task WriteAsync(TaskRun run, CephAnsibleOptions options, PlaybookRepository repository, IReadOnlyList<Remote> machines, YamlMap variables, CancellationToken cancellationToken)
    {
        var facts = await InParallel.ForEachAsync(machines, (remote, ct) => VariablesAsync(run, remote, variables, ct), cancellationToken);
        var inventory = RoleGroups.Write(run, machines, Groups, remote => facts[machines.ToList().IndexOf(remote)]);
        await File.WriteAllTextAsync(repository.Inventory, inventory, cancellationToken);
        var (site, sample) = (Path.Combine(repository.Root, "site.yml"), Path.Combine(repository.Root, "site.yml.sample"));
        if (options.Playbook is { } plays)
            await File.WriteAllTextAsync(site, YamlDumper.Dump(plays), cancellationToken);
        else if (File.Exists(sample))
            File.Copy(sample, site, overwrite: true);
        else
            throw run.Wrong("the repository has no site.yml.sample; write the plays under 'playbook'", "repo");
        Directory.CreateDirectory(Path.Combine(repository.Root, "group_vars"));
        await File.WriteAllTextAsync(Path.Combine(repository.Root, "group_vars", "all"), YamlDumper.Dump(variables), cancellationToken);
        TasksLog.Text(run.Log, $"inventory:\n{inventory}group_vars/all:\n{YamlDumper.Dump(variables).TrimEnd()}");
    }

    private static async Task<YamlMap> VariablesAsync(TaskRun run, Remote remote, YamlMap variables, CancellationToken cancellationToken)
    {
        var own = new YamlMap();
        if (variables.Get("osd_auto_discovery") is not true)
        {
            var needed = run.Job.Cluster.RolesOf(remote).Count(role => role.StartsWith("osd", StringComparison.Ordinal));
            own["devices"] = new YamlList((await ScratchDevices.OfAsync(remote, cancellationToken)).Take(needed));
        }

        if (new[] { "monitor_interface", "radosgw_interface", "public_network" }.All(variables.ContainsKey))
            return own;
        var (device, cidr) = await remote.InterfaceAsync(cancellationToken);
        foreach (var (name, value) in new[] { ("monitor_interface", device), ("radosgw_interface", device), ("public_network", cidr) })
        {
            if (!variables.ContainsKey(name))
                own[name] = value;
        }

        return own;
    }

    private static async Task PurgeAsync(TaskRun run, PlaybookRepository repository, IReadOnlyList<Remote> machines, CancellationToken cancellationToken)
    {
        // ceph-ansible wants it at its top.
        File.Copy(Path.Combine(repository.Root, "infrastructure-playbooks", "purge-cluster.yml"), Path.Combine(repository.Root, "purge-cluster.yml"), overwrite: true);
        await PlayAsync(run, repository, "purge-cluster.yml", new YamlMap { ["ireallymeanit"] = "yes" }, machines, cancellationToken);
    }

    private static async Task PlayAsync(TaskRun run, PlaybookRepository repository, string playbook, YamlMap variables, IReadOnlyList<Remote> machines, CancellationToken cancellationToken)
    {
        var options = new AnsibleOptions { Repo = repository.Root, Playbook = playbook, Inventory = repository.Inventory, Vars = variables };
        await using var play = await AnsiblePlay.PrepareAsync(run, options, machines, null, cancellationToken);
        await play.RunAsync(cleanup: false, cancellationToken);
    }
}
