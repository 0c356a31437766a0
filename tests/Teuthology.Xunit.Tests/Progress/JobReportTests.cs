using Teuthology.Jobs;
using Teuthology.TestLogger;
using Teuthology.Yaml;

namespace Teuthology.Xunit.Tests.Progress;

public sealed class JobReportTests
{
    [Fact]
    public void Ended_Failure_TellsConsoleAndOutput()
    {
        using var archive = new TempDirectory();
        archive.Write("teuthology.log", "fine\n2026 ERROR:teuthology: boom\nafter\n");
        using var output = new StringWriter();
        var server = ProgressServer.Listen(new ProgressConsole(output, colours: false).Write);
        var channel = ProgressChannel.Open(server.Path);
        var report = new JobReport(channel, TimeProvider.System, 3, 12, "rbd/{a}");
        report.Starting();
        report.Waiting(Job(), "for 2 machines");
        report.TaskChanged(Job(), "internal.connect", unwinding: false);
        report.TaskChanged(Job(), "ceph", unwinding: false);
        report.TaskChanged(Job(), "ceph", unwinding: true);
        report.Ended(new JobResult(JobStatus.Fail, "reason\nmore", TimeSpan.FromSeconds(72), archive.Path, null), new InvalidOperationException("reason\nmore"));
        _ = channel.DisposeAsync();
        server.Finish();

        Assert.Equal(
            $"""
            start  [ 3/12] rbd/(a)
            wait   [ 3/12] for 2 machines
            task   [ 3/12] ceph
            unwind [ 3/12] ceph
            FAIL   [ 3/12] rbd/(a) (1 min 12 s, archive {archive.Path}): reason

            """.Replace("(a)", "{a}", StringComparison.Ordinal),
            output.ToString());
        Assert.StartsWith($"archive: {archive.Path}\n", report.Text, StringComparison.Ordinal);
        Assert.Contains("task internal.connect", report.Text, StringComparison.Ordinal);
        Assert.Contains("ERROR:teuthology: boom", report.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Terminal_ColoursTheSign()
    {
        using var output = new StringWriter();
        new ProgressConsole(output, colours: true).Write(ProgressKind.Passed, "[1/1] x");
        Assert.Equal("\e[32mPASS  \e[0m [1/1] x\n", output.ToString());
    }

    [Fact]
    public void Open_NobodyListens_WritesNowhere()
    {
        var channel = ProgressChannel.Open("/nonexistent");
        channel.Write(ProgressKind.Task, "x");
        Assert.Same(ProgressChannel.None, channel);
    }

    private static JobSpec Job() => new() { Config = new YamlMap(), RunName = "r", JobId = "3" };
}
