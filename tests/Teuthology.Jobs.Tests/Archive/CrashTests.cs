using Microsoft.Extensions.Logging;
using Teuthology.Yaml;

namespace Teuthology.Jobs.Tests;

public sealed class CrashTests
{
    [Fact]
    public async Task Archive_KilledWhileATaskRuns_HasNoSummaryAndWholeFiles()
    {
        var archive = Directory.CreateTempSubdirectory("teuthology-crash-").FullName;
        using var controller = CrashingController.Start(archive, "wait");
        Assert.Equal("job", await controller.StandardOutput.ReadLineAsync());
        controller.Kill();
        await controller.WaitForExitAsync();

        var job = Path.Combine(archive, "run", "1");
        Assert.False(File.Exists(Path.Combine(job, "summary.yaml")));
        foreach (var file in (string[])["config.yaml", "orig.config.yaml", "info.yaml", "timing.yaml"])
            Assert.IsType<YamlMap>(YamlLoader.LoadFile(Path.Combine(job, file)));
        Directory.Delete(archive, recursive: true);
    }

    [Fact]
    public async Task Archive_KilledAnywhere_HasOnlyWholeFiles()
    {
        var archive = Directory.CreateTempSubdirectory("teuthology-crash-").FullName;
        for (var round = 0; round < 4; round++)
        {
            var directory = Path.Combine(archive, $"{round}");
            using var controller = CrashingController.Start(directory, "ok");
            for (var jobs = 0; jobs <= round * 3; jobs++)
                Assert.Equal("job", await controller.StandardOutput.ReadLineAsync());
            controller.Kill();
            await controller.WaitForExitAsync();

            foreach (var file in Directory.EnumerateFiles(directory, "*.yaml", SearchOption.AllDirectories))
            {
                var map = Assert.IsType<YamlMap>(YamlLoader.LoadFile(file));
                if (Path.GetFileName(file) == "summary.yaml")
                    Assert.Equal(("pass", true), (map["status"], map["success"]));
                if (Path.GetFileName(file) == "timing.yaml")
                    Assert.NotEmpty((YamlList)map["marks"]!);
            }
        }

        Directory.Delete(archive, recursive: true);
    }

    [Fact]
    public async Task Archive_GoneUnderTheJob_IsDeadButUnwindsAndGivesBack()
    {
        var lab = new PaperLab();
        using var host = new JobHost(lab);
        await using var session = await host.StartAsync("roles: [[a]]\ntasks:\n- test.step: {name: a}\n");
        Directory.Delete(session.ArchivePath!, recursive: true);
        await Assert.ThrowsAnyAsync<Exception>(() => session.RunAsync(CancellationToken.None));
        var result = await session.UnwindAsync();
        Assert.Equal(JobStatus.Dead, result.Status);
        Assert.Equal(0, lab.Held);
        Assert.Same(result, Assert.Single(host.Observed.Results));
    }

    [Fact]
    public void Log_DiskIsFull_IsTroubleAndNoException()
    {
        var trouble = new ArchiveTrouble();
        using (var log = new JobLogFile("/dev/full", LogLevel.Debug, trouble, TimeProvider.System))
            log.CreateLogger("test").LogError("nowhere to go");
        Assert.IsAssignableFrom<IOException>(trouble.First);
    }
}
