using System.Text;
using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>install</c>: installs packages on every machine, all machines at once, checks that they are there, and puts the helpers <c>daemon-helper</c>, <c>stdin-killer</c>,
/// <c>adjust-ulimits</c> and <c>ceph-coverage</c> into /usr/bin. The packages are of the build that <c>tag</c>, <c>branch</c> or <c>sha1</c> names at the
/// job's builder (<see cref="PackageBuilder"/>); without a builder they come from the machine's own sources.
/// Recommended packages are left out: a job names what it needs.
/// </summary>
[Task("install", Needs = LabFeatures.Root | LabFeatures.OwnRoot | LabFeatures.CephPackages)]
public sealed class InstallTask : ICheckedTask
{
    /// <inheritdoc/>
    public void Check(TaskRun run)
    {
        var options = InstallOptions.Read(run);
        PackageBuilder.Read(options.Config, run.Job.Config, run.Job.Options.Site.All, options.Project, run.Mark);
    }

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var first = InstallOptions.Read(run);
        var builder = PackageBuilder.Read(first.Config, run.Job.Config, run.Job.Options.Site.All, first.Project, run.Mark);
        if (builder is null && first.Wanted() is { } wanted)
            CephLog.Note(run.Log, $"asked for {first.Project} of {wanted}: no builder is named (gitbuilder_host, shaman), taking the version that the machines' package sources have");
        var machines = run.Job.Cluster.Remotes;
        var versions = await InParallel.ForEachAsync(machines, (remote, ct) => InstallAsync(run, remote, builder, ct), cancellationToken);
        foreach (var version in versions.Distinct(StringComparer.Ordinal))
            CephLog.Note(run.Log, $"{first.Project} {version} is installed");
        if (builder is null && versions.Distinct(StringComparer.Ordinal).Count() > 1)
            throw new TeuthologyException(FailureKind.Infrastructure, $"the machines got different versions of {first.Packages[0]}: {string.Join(", ", machines.Zip(versions, (m, v) => $"{m.ShortName} {v}"))}");
        run.Job.Summary["flavor"] = first.Flavor;
    }

    /// <summary>Runs a script as root.</summary>
    internal static Task<CommandResult> RootAsync(Remote remote, string label, string script, CancellationToken cancellationToken) =>
        remote.RunAsync(RemoteCommand.Args("sh", "-s") with { Sudo = true, Label = label, Stdin = Encoding.UTF8.GetBytes(script) }, cancellationToken);

    /// <summary>Installs what is asked for on one machine.</summary>
    /// <returns>Version of the first package.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure: a package is not there afterwards, or not in the build's version.</exception>
    internal static async Task<string> InstallAsync(Remote remote, InstallOptions options, BuildTarget target, PackageBuild? build, string ship, CancellationToken cancellationToken)
    {
        var result = await RootAsync(remote, $"install {options.Project}", PackageScript.Install(options, target, build) + ship, cancellationToken);
        var installed = result.Stdout.Split('\n').Where(l => l.StartsWith(PackageScript.Marker)).Select(l => l[PackageScript.Marker.Length..].Split(' ')).ToDictionary(p => p[0], p => p[1]);
        var missing = options.Packages.Where(p => !installed.ContainsKey(p)).ToList();
        if (missing.Count > 0)
            throw new TeuthologyException(FailureKind.Infrastructure, $"the package tools reported success on {remote.ShortName}, but these packages are not installed: {string.Join(' ', missing)}");
        foreach (var package in options.Packages.Where(p => build is not null && !installed[p].Contains(build.Version, StringComparison.Ordinal)))
            throw new TeuthologyException(FailureKind.Infrastructure, $"{package} version {build!.Version} was not installed, found {installed[package]} on {remote.ShortName}.");
        return installed.GetValueOrDefault(options.Packages.FirstOrDefault() ?? "", "");
    }

    private static async Task<string> InstallAsync(TaskRun run, Remote remote, PackageBuilder? builder, CancellationToken cancellationToken)
    {
        var facts = await remote.Facts.GetAsync(cancellationToken);
        var options = InstallOptions.Read(run, facts.Os.PackageType);
        var target = new BuildTarget(options.Project, options.Flavor, facts.Os, facts.Arch);
        PackageBuild? build = null;
        if (builder is not null)
        {
            var reference = options.Wanted(run.Job.Cluster.RolesOf(remote));
            if (reference is null)
                CephLog.Warn(run.Log, "defaulting to main branch");
            build = await new BuildIndex(builder, remote, run.Log, run.Job.Time).FindAsync(target, reference ?? new BuildReference("branch", "main"), cancellationToken);
        }

        run.Defer(
            $"remove helpers from {remote.ShortName}",
            (_, ct) => RootAsync(remote, "remove helpers", NodeTools.RemoveScript() + (options.Cleanup ? PackageScript.Remove(options, target) : ""), ct));
        return await InstallAsync(remote, options, target, build, NodeTools.ShipScript(), cancellationToken);
    }
}
