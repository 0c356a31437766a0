using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>ansible</c>: runs a playbook on the job's machines by ansible-playbook of the controller; <c>ansible.cephlab</c>: the site's own,
/// <c>cephlab.yml</c> of its <c>ceph_cm_ansible_git_url</c>, with all machines in the group <c>testnodes</c>; when that fails, the job is dead.
/// The output goes to the archive's ansible.log, what failed to ansible_failures.yaml, the lines that tell why into the job's reason.
/// </summary>
[Task("ansible")]
[Task("ansible.cephlab")]
public sealed class AnsibleTask : JobTask<AnsibleOptions>
{
    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, AnsibleOptions options, CancellationToken cancellationToken)
    {
        var lab = run.Name.EndsWith(".cephlab", StringComparison.Ordinal);
        if (lab)
        {
            var site = run.Job.Options.Site.All.Get("ceph_cm_ansible_git_url") as string;
            options = options with
            {
                Playbook = options.Playbook ?? "cephlab.yml",
                Repo = options.Repo ?? site ?? throw run.Wrong("it needs a 'repo', or 'ceph_cm_ansible_git_url' in the site's configuration"),
            };
        }

        if (options.Inventory is not null && options.GroupVars.Count > 0)
            throw run.Wrong("'group_vars' goes into a generated inventory; with an 'inventory' of your own put them beside that", "group_vars");
        var machines = Machines(run, options);
        if (machines.Count == 0)
        {
            TasksLog.Text(run.Log, "There are no remotes; skipping playbook execution");
            return;
        }

        await AnsibleProgram.EnsureAsync(run, cancellationToken);
        if (lab)
            VaultPassword.Ensure(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));
        var play = run.Use(await AnsiblePlay.PrepareAsync(run, options, machines, lab ? "testnodes" : null, cancellationToken));
        if (options.Cleanup)
            run.Defer("run the playbook's clean-up", (_, ct) => play.RunAsync(cleanup: true, ct));
        await play.RunAsync(cleanup: false, cancellationToken);
        if (options.Reconnect)
            await InParallel.ForEachAsync(machines, (remote, ct) => remote.ReconnectAsync(null, ct), cancellationToken);
    }

    private static IReadOnlyList<Remote> Machines(TaskRun run, AnsibleOptions options)
    {
        var all = run.Job.Cluster.Remotes;
        foreach (var name in options.Hosts.Where(name => !all.Any(remote => Matches(remote, name))))
            throw run.Wrong($"'hosts' names '{name}', which is neither a role nor a machine of this job", "hosts");
        return options.Hosts.Count == 0 ? all : [.. all.Where(remote => options.Hosts.Any(name => Matches(remote, name)))];

        bool Matches(Remote remote, string name) => run.Job.Cluster.RolesOf(remote).Contains(name) || remote.HostName.StartsWith(name, StringComparison.Ordinal);
    }
}
