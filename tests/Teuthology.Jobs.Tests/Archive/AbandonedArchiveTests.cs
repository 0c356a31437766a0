using Teuthology.Yaml;

namespace Teuthology.Jobs.Tests;

public sealed class AbandonedArchiveTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("teuthology-abandoned-").FullName;

    [Fact]
    public async Task End_JobKilledWhileATaskRuns_WritesADeadSummary()
    {
        using var controller = CrashingController.Start(_directory, "wait");
        Assert.Equal("job", await controller.StandardOutput.ReadLineAsync());
        controller.Kill();
        await controller.WaitForExitAsync();
        var job = Path.Combine(_directory, "run", "1");

        Assert.True(AbandonedArchive.End(job, "the process is gone"));

        var summary = (YamlMap)YamlLoader.LoadFile(Path.Combine(job, "summary.yaml"))!;
        Assert.Equal(
            ("dead", false, "the process is gone", "tester@host", "test/{job}"),
            (summary["status"], (bool)summary["success"]!, summary["failure_reason"], summary["owner"], summary["description"]));
        Assert.IsType<double>(summary["duration"]);
        Assert.Empty(Directory.GetFiles(job, ".*"));
        Assert.False(AbandonedArchive.End(job, "another reason"));
    }

    [Fact]
    public async Task End_JobThatEnded_KeepsItsSummary()
    {
        using var host = new JobHost();
        var result = await host.RunAsync("tasks: []\n");
        Assert.False(AbandonedArchive.End(result.ArchivePath!, "no"));
        Assert.Equal("pass", JobHost.Summary(result)["status"]);
    }

    [Fact]
    public void End_NoSuchDirectory_DoesNothing() => Assert.False(AbandonedArchive.End(Path.Combine(_directory, "none"), "no"));

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
