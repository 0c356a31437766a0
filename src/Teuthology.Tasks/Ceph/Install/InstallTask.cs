using System.Text;
using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>install</c>: installs packages on every machine, all machines at once, checks that they are there, and ships the helpers of <see cref="ShippedTools"/>.
/// The packages are of the build that <c>tag</c>, <c>branch</c> or <c>sha1</c> names at the job's builder (<see cref="PackageBuilder"/>), or of the sources
/// in <c>repos</c>; without either they come from the machine's own. Recommended packages are left out: a job names what it needs.
/// When the job unwinds, they are removed from machines that are not made anew for the next job, or with <c>cleanup: true</c>.
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
        if (first.Config.Get("rhbuild") is not (null or false))
        {
            await RedHatBuild.InstallAsync(run, first, cancellationToken);
            await ShippedTools.ShipAsync(run, cancellationToken);
            return;
        }

        var builder = first.Repositories.Count > 0 ? null : PackageBuilder.Read(first.Config, run.Job.Config, run.Job.Options.Site.All, first.Project, run.Mark);
        var named = BuildReference.Keys.Where(k => first.Config.Get(k) is not null).ToList();
        if (builder is null && first.Repositories.Count == 0 && first.Wanted() is { } wanted)
            CephLog.Note(run.Log, $"asked for {first.Project} of {wanted}: no builder is named (gitbuilder_host, shaman, pulp), taking the version that the machines' package sources have");
        else if (named.Count > 1)
            CephLog.Warn(run.Log, $"More than one of ref, tag, branch, or sha1 supplied; using {named[0]}");
        run.Job.Summary["flavor"] = first.Flavor;
        var machines = run.Job.Cluster.Remotes;
        var versions = await InParallel.ForEachAsync(machines, (remote, ct) => InstallAsync(run, remote, builder, ct), cancellationToken);
        if (first.OnlySources)
        {
            CephLog.Note(run.Log, "repos_only was specified: not installing any packages");
            return;
        }

        foreach (var version in versions.Distinct(StringComparer.Ordinal).Where(v => v.Length > 0))
            CephLog.Note(run.Log, $"{first.Project} {version} is installed");
        if (builder is null && first.Repositories.Count == 0 && versions.Distinct(StringComparer.Ordinal).Count() > 1)
            throw new TeuthologyException(FailureKind.Infrastructure, $"the machines got different versions of {first.Packages[0]}: {string.Join(", ", machines.Zip(versions, (m, v) => $"{m.ShortName} {v}"))}");
        await ShippedTools.ShipAsync(run, cancellationToken);
    }

    /// <summary>Runs a script as root.</summary>
    internal static Task<CommandResult> RootAsync(Remote remote, string label, string script, CancellationToken cancellationToken) =>
        remote.RunAsync(RemoteCommand.Args("sh", "-s") with { Sudo = true, Label = label, Stdin = Encoding.UTF8.GetBytes(script) }, cancellationToken);

    /// <summary>Sees that a script of <see cref="PackageScript"/> told what was asked for.</summary>
    /// <returns>Version of the first package.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure: a package is not there, or not in the build's version.</exception>
    internal static string Verify(Remote remote, InstallOptions options, PackageBuild? build, CommandResult result)
    {
        var installed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var words in result.Stdout.Split('\n').Where(l => l.StartsWith(PackageScript.Marker, StringComparison.Ordinal)).Select(l => l[PackageScript.Marker.Length..].Split(' ')))
            installed[words[0]] = words[1];
        var missing = options.Packages.Where(p => !installed.ContainsKey(p)).ToList();
        if (missing.Count > 0)
            throw new TeuthologyException(FailureKind.Infrastructure, $"the package tools reported success on {remote.ShortName}, but these packages are not installed: {string.Join(' ', missing)}");
        foreach (var package in options.Packages.Where(p => build is not null && options.LocalDirectory is null && !installed[p].Contains(build.Version, StringComparison.Ordinal)))
            throw new TeuthologyException(FailureKind.Infrastructure, $"{package} version {build!.Version} was not installed, found {installed[package]}. (on {remote.ShortName})");
        return installed.GetValueOrDefault(options.Packages.FirstOrDefault() ?? "", "");
    }

    private static async Task<string> InstallAsync(TaskRun run, Remote remote, PackageBuilder? builder, CancellationToken cancellationToken)
    {
        var facts = await remote.Facts.GetAsync(cancellationToken);
        var options = InstallOptions.Read(run, facts.Os.PackageType);
        var target = new BuildTarget(options.Project, options.Flavor, facts.Os, facts.Arch);
        builder = await run.Job.Shared<PackageDoor>().ForAsync(run, builder, remote, cancellationToken);
        PackageBuild? build = null;
        if (builder is not null)
        {
            var reference = options.Wanted(run.Job.Cluster.RolesOf(remote));
            if (reference is null)
                CephLog.Warn(run.Log, "defaulting to main branch");
            build = await new BuildIndex(builder, remote, run.Log, run.Job.Time).FindAsync(target, reference ?? new BuildReference("branch", "main"), cancellationToken);
        }

        if (options.Cleanup || IsKept(run.Job))
            run.Defer($"remove {options.Project} from {remote.ShortName}", (_, ct) => RootAsync(remote, $"remove {options.Project}", PackageScript.Remove(options, target), ct));
        if (options.LocalDirectory is { } local)
            await LocalPackages.CopyAsync(run, remote, local, cancellationToken);
        var result = await RootAsync(remote, $"install {options.Project}", PackageScript.Install(options, target, build), cancellationToken);
        return options.OnlySources ? "" : Verify(remote, options, build, result);
    }

    // Machines that a lab gives are made anew; those that a job names are as they were, unless the site says that their kind is, too.
    private static bool IsKept(JobContext job) => job.Spec.OwnTargets
        && !(job.Options.Site.All.Get("reimage_types") is Yaml.YamlList types && types.Contains(job.Spec.MachineType ?? job.Config.Get("machine_type")));
}
