using System.Text;
using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>install</c>: installs packages on every machine from the machine's own apt sources, all machines at once, checks that they are there,
/// and puts the helpers <c>daemon-helper</c>, <c>adjust-ulimits</c> and <c>ceph-coverage</c> into /usr/bin.
/// Recommended packages are left out: a job names what it needs.
/// </summary>
[Task("install", Needs = LabFeatures.Root | LabFeatures.OwnRoot | LabFeatures.CephPackages)]
public sealed class InstallTask : IJobTask
{
    private const string Marker = "INSTALLED ";

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var options = InstallOptions.Read(run);
        if (options.Wanted is not null)
            CephLog.Note(run.Log, $"asked for {options.Project} of {options.Wanted}: taking the version that the machines' package sources have");
        var machines = run.Job.Cluster.Remotes;
        run.Defer("remove helpers", (_, ct) => InParallel.ForEachAsync(machines, (remote, token) => RootAsync(remote, "remove helpers", LeaveScript(options), token), ct));

        var versions = await InParallel.ForEachAsync(machines, (remote, ct) => InstallAsync(remote, options, ct), cancellationToken);
        foreach (var version in versions.Distinct(StringComparer.Ordinal))
            CephLog.Note(run.Log, $"{options.Project} {version} is installed");
        if (versions.Distinct(StringComparer.Ordinal).Count() > 1)
            throw new TeuthologyException(FailureKind.Infrastructure, $"the machines got different versions of {options.Packages[0]}: {string.Join(", ", machines.Zip(versions, (m, v) => $"{m.ShortName} {v}"))}");
        run.Job.Summary["flavor"] = "default";
    }

    private static async Task<string> InstallAsync(Remote remote, InstallOptions options, CancellationToken cancellationToken)
    {
        var result = await RootAsync(remote, $"install {options.Project}", EnterScript(options), cancellationToken);
        var installed = result.Stdout.Split('\n').Where(l => l.StartsWith(Marker)).Select(l => l[Marker.Length..].Split(' ')).ToDictionary(p => p[0], p => p[1]);
        var missing = options.Packages.Where(p => !installed.ContainsKey(p)).ToList();
        return missing.Count == 0
            ? installed.GetValueOrDefault(options.Packages.FirstOrDefault() ?? "", "")
            : throw new TeuthologyException(FailureKind.Infrastructure, $"apt reported success on {remote.ShortName}, but these packages are not installed: {string.Join(' ', missing)}");
    }

    private static string EnterScript(InstallOptions options)
    {
        var packages = ShellQuote.Join(options.Packages.Concat(options.SystemPackages));
        return $$"""
            set -e
            export DEBIAN_FRONTEND=noninteractive LC_ALL=C
            # Daemons are started by tasks, not by their packages
            [ -e /usr/sbin/policy-rc.d ] || { printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d; }
            get() {
                n=0
                until apt-get -q -y -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold -o Dpkg::Use-Pty=0 --no-install-recommends "$@" 2>/tmp/apt.err; do
                    s=$?
                    cat /tmp/apt.err >&2
                    n=$((n + 1))
                    grep -qi 'could not get lock' /tmp/apt.err && [ "$n" -lt 30 ] || exit "$s"
                    sleep 10
                done
                cat /tmp/apt.err >&2
            }
            get update
            get install {{packages}}
            rm -f /tmp/apt.err
            dpkg-query -W -f='{{Marker}}${Package} ${Version} ${db:Status-Status}\n' {{packages}} | grep ' installed$' || true

            """ + NodeTools.ShipScript();
    }

    private static string LeaveScript(InstallOptions options)
    {
        var script = NodeTools.RemoveScript();
        return options.Cleanup
            ? script + $"export DEBIAN_FRONTEND=noninteractive\nfor p in {ShellQuote.Join(options.Packages)}; do apt-get -q -y purge $p || true; done\napt-get -q -y autoremove\n"
            : script;
    }

    private static Task<CommandResult> RootAsync(Remote remote, string label, string script, CancellationToken cancellationToken) =>
        remote.RunAsync(RemoteCommand.Args("sh", "-s") with { Sudo = true, Label = label, Stdin = Encoding.UTF8.GetBytes(script) }, cancellationToken);
}
