using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>selinux</c>: puts machines with SELinux into a mode and back again; keeps their audit log as <c>audit/audit.log.gz</c> of their archive and
/// fails the job for denials that were not there before and are not expected. Passes over what upstream passes over: machines with
/// Debian packages, SUSE, containers, and virtual machines by the lock server's word.
/// </summary>
[Task("selinux")]
public sealed class SelinuxTask : JobTask<SelinuxOptions>, ICheckedTask
{
    /// <inheritdoc/>
    public void Check(TaskRun run)
    {
        if (run.TryOptions<SelinuxOptions>(out var options))
            TargetHosts.Of(run, options.Hosts);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, SelinuxOptions options, CancellationToken cancellationToken)
    {
        var hosts = new List<SelinuxHost>();
        foreach (var remote in TargetHosts.Of(run, options.Hosts))
        {
            if (await ExclusionAsync(run, remote, cancellationToken) is { } why)
                TasksLog.Text(run.Log, $"Excluding {remote.ShortName}: {why}");
            else
                hosts.Add(new SelinuxHost(run, remote, options));
        }

        if (hosts.Count == 0)
            return;
        TasksLog.Text(run.Log, $"Putting SELinux into {options.Mode.ToString().ToLowerInvariant()} mode");
        if (!options.SkipTeardown)
            run.Defer("look for denials", (_, ct) => EndAsync(hosts, ct));
        await InParallel.ForEachAsync(hosts, (host, ct) => host.BeginAsync(ct), cancellationToken);
    }

    private static async Task EndAsync(IReadOnlyList<SelinuxHost> hosts, CancellationToken cancellationToken)
    {
        await InParallel.ForEachAsync(hosts, (host, ct) => host.RestoreAsync(ct), cancellationToken);
        var denials = await InParallel.ForEachAsync(hosts, (host, ct) => host.NewDenialsAsync(ct), cancellationToken);
        foreach (var (host, found) in hosts.Zip(denials).Where(pair => pair.Second.Count > 0))
            throw new TeuthologyException(FailureKind.Product, $"SELinux denials found on {host.Remote.Name}: [{string.Join(", ", found.Select(PythonRepr.Of))}]");
    }

    private static async Task<string?> ExclusionAsync(TaskRun run, Remote remote, CancellationToken cancellationToken)
    {
        var facts = await remote.Facts.GetAsync(cancellationToken);
        if (facts.IsContainer)
            return "containers are not yet supported";
        if (facts.Os.Name is "opensuse" or "sle")
            return $"SELinux is not supported for '{facts.Os.Name}' os_type yet";
        if (facts.Os.PackageType != "rpm")
            return $"OS '{facts.Os.Name}' does not support SELinux";
        if (run.Job.Options.Site.LockServer is not { } url || !run.Job.Spec.OwnTargets)
            return null;
        await using var server = new ServerDirectory(new HttpClient(), url);
        return await server.FindAsync(remote.HostName, cancellationToken) is { IsVm: true } ? "VMs are not yet supported" : null;
    }
}
