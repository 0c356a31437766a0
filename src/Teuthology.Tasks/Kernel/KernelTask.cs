using System.Globalization;
using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>kernel</c>, a section of the job: sees to it that machines run the kernel that is named for their roles. Containers and machines that share the
/// controller's kernel are passed over. A machine that runs another kernel is an error: kernels are not installed here.
/// </summary>
[Task("kernel")]
public sealed class KernelTask : ICheckedTask
{
    private const string Distribution = "apt-cache depends \"linux-image-$(dpkg --print-architecture)\" 2>/dev/null | sed -n 's/.*Depends: linux-image-\\([0-9]\\)/\\1/p' | head -n 1; cat /proc/sys/kernel/random/boot_id";

    /// <inheritdoc/>
    public void Check(TaskRun run) => KernelPlan.Read(run.Map(), run.Job.Overrides("kernel"), run.Job.Cluster);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var plan = KernelPlan.Read(run.Map(), run.Job.Overrides("kernel"), run.Job.Cluster);
        var boot = await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", cancellationToken);
        await InParallel.ForEachAsync(plan.Hosts, (host, ct) => SeeAsync(run, host.Remote, host.Role, host.Config, boot.Trim(), ct), cancellationToken);
    }

    private static async Task SeeAsync(TaskRun run, Remote remote, string role, YamlMap config, string boot, CancellationToken cancellationToken)
    {
        var facts = await remote.Facts.GetAsync(cancellationToken);
        var told = (await remote.RunAsync(RemoteCommand.Script(Distribution) with { Quiet = true, Label = "kernel of the distribution" }, cancellationToken)).Stdout.TrimEnd().Split('\n');
        if (facts.IsContainer || told[^1] == boot)
        {
            TasksLog.Text(run.Log, $"{remote.ShortName} has no kernel of its own; skipping kernel installation");
            return;
        }

        var wanted = await WantedAsync(run, remote, facts, config, told.Length > 1 ? told[0] : null, cancellationToken);
        run.Job.Summary[$"{role}-kernel-sha1"] = wanted;
        if (!KernelVersion.IsRunning(facts.Kernel, wanted, facts.Os.Name is "sle" or "opensuse"))
            throw run.Wrong($"{remote.ShortName} runs kernel {facts.Kernel} and shall run {wanted}; kernels are not installed here: image the machine with it");
        TasksLog.Text(run.Log, $"{remote.ShortName} runs kernel {facts.Kernel} as asked for");
    }

    private static async Task<string> WantedAsync(TaskRun run, Remote remote, HostFacts facts, YamlMap config, string? distribution, CancellationToken cancellationToken)
    {
        string? Text(string key) => config.Get(key) is { } value ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;
        if ((Text("rpm") ?? Text("deb")) is { } path)
            return KernelVersion.CommitOf(path) ?? throw run.Wrong($"failed to extract commit hash from path {path}; its name must have ceph-g and 12 to 40 digits", config.ContainsKey("rpm") ? "rpm" : "deb");
        if (Text("sha1") == "distro")
            return distribution ?? facts.Kernel;
        if (Text("koji") is not null || Text("koji_task") is not null)
        {
            throw new TeuthologyException(
                FailureKind.Infrastructure,
                facts.Os.PackageType != "rpm"
                    ? $"Installing a kernel from koji is only supported on rpm based systems. System type is {facts.Os.Name}."
                    : $"task 'kernel': koji needs the koji client and an account, which {remote.ShortName} has not");
        }

        if (Text("tag") is null && Text("branch") is null && Text("sha1") is { } commit)
            return commit;
        var builder = PackageBuilder.Read(config, run.Job.Config, run.Job.Options.Site.All, "kernel", run.Mark)
            ?? throw run.Wrong("a kernel by tag or branch needs a builder that knows it: gitbuilder_host or shaman");
        var target = new BuildTarget("kernel", Text("flavor") ?? "default", facts.Os, facts.Arch);
        return (await new BuildIndex(builder, remote, run.Log, run.Job.Time).FindAsync(target, BuildReference.Choose(config, []) ?? new BuildReference("branch", "main"), cancellationToken)).Version;
    }
}
