using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Jobs.Tests;

/// <summary><c>internal.check_packages</c> and <c>internal.buildpackages_prep</c>: before machines are locked.</summary>
public sealed class PackageCheckTests
{
    [Fact]
    public async Task CheckPackages_BuilderHasNone_IsDeadBeforeTheLock()
    {
        var lab = new PaperLab();
        using var host = new JobHost(lab, packages: new PaperPackages("bookworm", null));
        await Assert.ThrowsAsync<TeuthologyException>(() => host.StartAsync("os_type: debian\nsha1: abc\nroles: [[a]]\ntasks:\n- test.step: {name: a}\n"));
        var result = Assert.Single(host.Observed.Results);
        Assert.Equal((JobStatus.Dead, "Packages for distro 'bookworm' and ceph hash 'abc' not found"), (result.Status, result.FailureReason));
        var summary = JobHost.Summary(result);
        Assert.Equal((false, "dead", result.FailureReason), (summary["success"], summary["status"], summary["failure_reason"]));
        Assert.Null(lab.Request);
        Assert.Empty(host.Trace.Steps);
    }

    [Theory]
    [InlineData("os_type: debian\nsha1: abc\n", "Found packages for ceph version 16.2.15")]
    [InlineData("os_type: debian\n", "Checking packages skipped, missing os_type 'debian' or ceph hash ''")]
    [InlineData("os_type: debian\nsha1: abc\nverify_ceph_hash: false\n", null)]
    [InlineData("os_type: debian\nsha1: abc\ninstall: {repos: []}\n", null)]
    [InlineData("os_type: debian\nsha1: abc\noverrides: {install: {repos: []}}\n", null)]
    public async Task CheckPackages_LogsWhatItFound(string job, string? line)
    {
        using var host = new JobHost(packages: new PaperPackages("bookworm", "16.2.15"));
        var result = await host.RunAsync(job + "tasks:\n- test.step: {name: a}\n");
        Assert.Equal(JobStatus.Pass, result.Status);
        var log = await File.ReadAllTextAsync(Path.Combine(result.ArchivePath!, "teuthology.log"));
        if (line is null)
            Assert.DoesNotContain("internal.check_packages", log, StringComparison.Ordinal);
        else
            Assert.Contains($"INFO:teuthology.task.internal.check_packages:{line}\n", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckPackages_NobodyNamesABuilder_Passes()
    {
        using var host = new JobHost();
        Assert.Equal(JobStatus.Pass, (await host.RunAsync("os_type: debian\nsha1: abc\ntasks:\n- test.step: {name: a}\n")).Status);
    }

    [Theory]
    [InlineData("- test.step: {name: a}\n- install:\n- buildpackages: {name: b}\n", "buildpackages moved to be the first task", "enter b, enter a, enter install", "buildpackages, test.step, install")]
    [InlineData("- buildpackages: {name: b}\n- install:\n", "buildpackages is already the first task", "enter b, enter install", "buildpackages, install")]
    [InlineData("- test.step: {name: a}\n- buildpackages: {name: b}\n", "buildpackages removed because no install task found in test.step", "enter a", "test.step")]
    [InlineData("- test.step: {name: a}\n", "no buildpackages task found", "enter a", "test.step")]
    public async Task BuildPackagesPrep_MovesOrDropsBuildpackages(string tasks, string line, string entered, string saved)
    {
        using var host = new JobHost();
        var result = await host.RunAsync("tasks:\n" + tasks);
        Assert.Equal(JobStatus.Pass, result.Status);
        Assert.Equal(entered.Split(", "), host.Trace.Steps);
        var log = await File.ReadAllTextAsync(Path.Combine(result.ArchivePath!, "teuthology.log"));
        Assert.Contains($"INFO:teuthology.task.internal.buildpackages_prep:{line}\n", log, StringComparison.Ordinal);
        var config = (YamlMap)YamlLoader.LoadFile(Path.Combine(result.ArchivePath!, "config.yaml"))!;
        Assert.Equal(saved, string.Join(", ", ((YamlList)config["tasks"]!).Select(task => ((YamlMap)task!).GetAt(0).Key)));
    }
}
