using Teuthology.Jobs;
using Teuthology.Lab;

namespace Teuthology.Tasks.Tests;

/// <summary><c>archive_upload</c>: by rsync, to a real sshd.</summary>
public sealed class ArchiveUploadTests(LoopbackHost host) : IClassFixture<LoopbackHost>
{
    [SkippableTheory]
    [InlineData("true")]
    [InlineData("exit 3")]
    public async Task Job_Ends_ItsArchiveIsOnTheServerBelowRunAndJob(string command)
    {
        var place = Directory.CreateDirectory(Path.Combine(host.Root, "uploaded")).FullName;
        var result = await RunAsync(place, $"exec: {{a.0: ['echo kept > $TESTDIR/archive/kept', '{command}']}}");

        Assert.True(result.Status == (command == "true" ? JobStatus.Pass : JobStatus.Fail), result.Log());
        var copy = Path.Combine(place, "run", Path.GetFileName(result.ArchivePath!));
        foreach (var name in new[] { "config.yaml", "info.yaml", "events.jsonl", "orig.config.yaml" })
            Assert.True(File.Exists(Path.Combine(copy, name)), name);
        Assert.Contains("Uploading archives ...", await File.ReadAllTextAsync(Path.Combine(copy, "teuthology.log")), StringComparison.Ordinal);
        Assert.Equal("kept\n", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(copy, "kept", SearchOption.AllDirectories))));
    }

    [SkippableFact]
    public async Task Job_NowhereToUploadTo_FailsWithRsyncsReason()
    {
        var result = await RunAsync("/proc/none", "nop:");
        Assert.Equal(JobStatus.Dead, result.Status);
        Assert.Contains("rsync", result.FailureReason, StringComparison.Ordinal);
        Assert.Contains("/proc/none", result.FailureReason, StringComparison.Ordinal);
    }

    private async Task<JobResult> RunAsync(string place, string task)
    {
        if (ToolRun.Find("rsync") is null && Environment.IsPrivilegedProcess)
            await ToolRun.RunAsync("apt-get", ["install", "-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", "rsync"], CancellationToken.None);
        Skip.If(ToolRun.Find("rsync") is null, "rsync is missing: apt-get install rsync");
        var (server, machine) = await host.GivenAsync() is [var first, var second] ? (first, second) : throw new InvalidOperationException();
        await File.WriteAllTextAsync(Path.Combine(host.Root, "known_hosts"), $"[{server.Address}]:{server.SshPort} {server.HostKey}\n");
        return await host.RunAsync(host.Job($"""
            archive_upload: {server.User}@given-{server.Name}:{place}
            archive_upload_key: {server.IdentityFile}
            roles: [[a.0]]
            test_path: {host.Root}/test-{Guid.NewGuid():N}
            targets:
            {GivenHosts.Targets([machine], m => m.HostKey)}
            tasks:
            - {task}
            """) with { OwnTargets = true });
    }
}
