using System.Globalization;
using System.Text;
using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>kernel</c>, a section of the job: sees to it that hosts run the kernel that is named for their roles. A host that runs another gets it installed
/// (from its distribution, a package on the controller, a builder or a koji), made the boot loader's choice, and is restarted. Containers and machines
/// that share the controller's kernel are passed over.
/// </summary>
[Task("kernel")]
public sealed class KernelTask : ICheckedTask
{
    /// <inheritdoc/>
    public void Check(TaskRun run) => KernelPlan.Read(run.Map(), run.Job.Overrides("kernel"), run.Job.Cluster);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var plan = KernelPlan.Read(run.Map(), run.Job.Overrides("kernel"), run.Job.Cluster);
        var boot = await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", cancellationToken);
        await InParallel.ForEachAsync(plan.Hosts, (host, ct) => SeeAsync(run, host.Remote, host.Role, host.Config, plan.Timeout, boot.Trim(), ct), cancellationToken);
    }

    private static async Task SeeAsync(TaskRun run, Remote remote, string role, YamlMap config, TimeSpan timeout, string boot, CancellationToken cancellationToken)
    {
        var facts = await remote.Facts.GetAsync(cancellationToken);
        var told = (await remote.RunAsync(RemoteCommand.Script(KernelScript.Running) with { Quiet = true, Label = "kernel" }, cancellationToken)).Stdout.TrimEnd().Split('\n');
        if (facts.IsContainer || told[^1] == boot)
        {
            TasksLog.Text(run.Log, $"{remote.ShortName} has no kernel of its own; skipping kernel installation");
            return;
        }

        var origin = await OriginAsync(run, remote, role, facts, config, cancellationToken);
        TasksLog.Text(run.Log, $"Checking kernel version of {role}, want \"{origin.Wanted}\", {remote.ShortName} runs {told[0]}");
        if (!IsRight(told[0]))
        {
            await InstallAsync(run, remote, facts.Os, origin, cancellationToken);
            var release = await KernelReboot.RunAsync(remote, IsRight, timeout, run.Job.Time, cancellationToken);
            TasksLog.Text(run.Log, $"{remote.ShortName} runs kernel {release} now");
        }

        if (config.Get("kdb") is bool kdb)
            await RootAsync(remote, kdb ? "enable kdb" : "disable kdb", KernelScript.Debugger(kdb, remote.HostName), cancellationToken);

        bool IsRight(string release) => KernelVersion.IsRunning(release, origin.Wanted, facts.Os.Name is "sle" or "opensuse");
    }

    private static async Task<KernelOrigin> OriginAsync(TaskRun run, Remote remote, string role, HostFacts facts, YamlMap config, CancellationToken cancellationToken)
    {
        string? Text(string key) => config.Get(key) is { } value ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;
        if ((Text("rpm") ?? Text("deb")) is { } path)
        {
            var key = Text("rpm") is null ? "deb" : "rpm";
            var commit = KernelVersion.CommitOf(path) ?? throw run.Wrong($"failed to extract commit hash from path {path}; its name must have ceph-g and 12 to 40 digits", key);
            run.Job.Summary[$"{role}-kernel-sha1"] = commit;
            return File.Exists(path) ? new KernelOrigin.LocalFile(commit, path) : throw run.Wrong($"there is no kernel package {Path.GetFullPath(path)} on this host", key);
        }

        if (Text("sha1") == "distro")
        {
            TasksLog.Text(run.Log, $"Installing distro kernel on {role}...");
            var said = await RootAsync(remote, "install the distribution's kernel", KernelScript.Distribution(facts.Os, config.Get("hwe") is not (null or false)), cancellationToken);
            return new KernelOrigin.Distribution(Told(said) ?? throw new TeuthologyException(FailureKind.Infrastructure, $"the package tools of {remote.ShortName} do not tell which kernel is the distribution's newest"));
        }

        if (Text("koji") is not null || Text("koji_task") is not null)
            return await KojiBuild.FindAsync(run, remote, facts.Os, config, cancellationToken);
        return await BuiltAsync(run, remote, role, facts, Text("flavor") ?? "default", config, cancellationToken);
    }

    private static async Task<KernelOrigin> BuiltAsync(TaskRun run, Remote remote, string role, HostFacts facts, string flavor, YamlMap config, CancellationToken cancellationToken)
    {
        var builder = PackageBuilder.Read(config, run.Job.Config, run.Job.Options.Site.All, "kernel", run.Mark)
            ?? throw run.Wrong("a kernel by tag, branch or sha1 needs a builder that knows it: gitbuilder_host, shaman or pulp");
        var index = new BuildIndex(builder, remote, run.Log, run.Job.Time);
        var build = await index.FindAsync(new BuildTarget("kernel", flavor, facts.Os, facts.Arch), BuildReference.Choose(config, []) ?? new BuildReference("branch", "main"), cancellationToken);
        var commit = await index.CommitOfAsync(build, cancellationToken);
        run.Job.Summary[$"{role}-kernel-sha1"] = commit;
        if (KernelVersion.IsRunning(facts.Kernel, commit))
            return new KernelOrigin.Distribution(commit);
        return facts.Os.PackageType switch
        {
            _ when builder.GitbuilderHost is not null => new KernelOrigin.Download(build.Version, $"{build.Url}/{Path.GetFileName(KernelScript.PackagePath(facts.Os))}"),
            "rpm" => new KernelOrigin.Download(build.SourceVersion, $"{build.Url.TrimEnd('/')}/{facts.Arch}/kernel-{build.Version}.{facts.Arch}.rpm"),
            _ => new KernelOrigin.Download(build.SourceVersion, $"{build.Url.TrimEnd('/')}/pool/main/l/linux-{build.SourceVersion}/linux-image-{build.SourceVersion}_{build.Version}_amd64.deb"),
        };
    }

    private static async Task InstallAsync(TaskRun run, Remote remote, OsFacts os, KernelOrigin origin, CancellationToken cancellationToken)
    {
        TasksLog.Text(run.Log, $"Installing kernel {origin.Wanted} from {origin.Source} on {remote.ShortName}...");
        if (origin is KernelOrigin.Distribution)
        {
            await RootAsync(remote, "make it the boot loader's choice", KernelScript.Select(os, origin.Wanted), cancellationToken);
            return;
        }

        var firmware = (run.Job.Config.Get("linux_firmware_git_url") ?? run.Job.Options.Site.All.Get("linux_firmware_git_url")) as string;
        if (firmware is not null || os.PackageType == "rpm")
            await RootAsync(remote, "install linux-firmware", KernelScript.Firmware(os, firmware ?? ""), cancellationToken);
        else
            TasksLog.Text(run.Log, "The site names no linux_firmware_git_url; skipping firmware");
        if (origin is KernelOrigin.LocalFile local)
            await remote.PutFileAsync(local.Path, KernelScript.PackagePath(os), mode: null, cancellationToken);
        else if (origin is KernelOrigin.Download download)
            await RootAsync(remote, "fetch the kernel", KernelScript.Fetch(os, download.Url), cancellationToken);
        await RootAsync(remote, "install the kernel", KernelScript.Install(os), cancellationToken);
    }

    private static string? Told(CommandResult result) => result.Stdout.Split('\n').LastOrDefault(l => l.StartsWith(KernelScript.Marker, StringComparison.Ordinal))?[KernelScript.Marker.Length..].Trim();

    private static Task<CommandResult> RootAsync(Remote remote, string label, string script, CancellationToken cancellationToken) =>
        remote.RunAsync(RemoteCommand.Args("sh", "-s") with { Sudo = true, Label = label, Stdin = Encoding.UTF8.GetBytes(script) }, cancellationToken);
}
