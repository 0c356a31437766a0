using System.IO.Compression;

namespace Teuthology.Cli.Tests;

public sealed class PruneLogsTests : IDisposable
{
    private readonly Cli _cli = new();

    public PruneLogsTests()
    {
        Job("old", "passed", "success: true", days: 20);
        Job("old", "failed", "success: false", days: 70);
        Job("old", "kept", "success: true", days: 70);
        _cli.Write("archive/old/kept/.preserve", "");
        Age("archive/old/kept", 70);
        Job("young", "passed", "success: true", days: 1);
        Job("held", "passed", "success: true", days: 70);
        _cli.Write("archive/held/.preserve", "");
        Directory.CreateSymbolicLink(Path.Combine(_cli.Directory, "archive/link"), Path.Combine(_cli.Directory, "archive/held"));
        foreach (var (run, days) in new[] { ("old", 70), ("held", 70), ("young", 1) })
            Age($"archive/{run}", days);
    }

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task PruneLogs_Defaults_RemoveAndCompressWhatIsOld()
    {
        var result = await _cli.RunAsync("prune-logs");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            ["held/.preserve", "held/passed/remote/n1/log", "held/passed/summary.yaml", "held/passed/teuthology.log",
                "old/failed/summary.yaml", "old/failed/teuthology.log.gz", "old/kept/.preserve", "old/kept/remote/n1/log", "old/kept/summary.yaml", "old/kept/teuthology.log",
                "young/passed/remote/n1/log", "young/passed/summary.yaml", "young/passed/teuthology.log"],
            Left());
        using var packed = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(_cli.Directory, "archive/old/failed/teuthology.log.gz")), CompressionMode.Decompress));
        Assert.Equal("the log\n", packed.ReadToEnd());
        Assert.Contains("archive/old/passed is a 14-day old passed job; removing\n", result.Error);
        Assert.Contains("archive/old/failed is 60 days old; removing remote logs\n", result.Error);
    }

    [Fact]
    public async Task PruneLogs_DryRunOrAllOff_ChangesNothing()
    {
        var before = Left();

        var dry = await _cli.RunAsync("prune-logs", "--dry-run");
        var off = await _cli.RunAsync("prune-logs", "-p", "-1", "-f", "-1", "-r", "-1", "-z", "-1");

        Assert.Equal(before, Left());
        Assert.Contains("removing", dry.Error);
        Assert.Equal(new CliResult(0, "", ""), off);
    }

    private List<string> Left() => [.. Directory.GetFiles(Path.Combine(_cli.Directory, "archive"), "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
        .Select(path => Path.GetRelativePath(Path.Combine(_cli.Directory, "archive"), path)).Order(StringComparer.Ordinal)];

    private void Job(string run, string job, string summary, int days)
    {
        var file = _cli.Write($"archive/{run}/{job}/summary.yaml", $"owner: me\n{summary}\n");
        _cli.Write($"archive/{run}/{job}/teuthology.log", "the log\n");
        _cli.Write($"archive/{run}/{job}/remote/n1/log", "x");
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-days));
        Age($"archive/{run}/{job}", days);
    }

    private void Age(string path, int days) => Directory.SetLastWriteTimeUtc(Path.Combine(_cli.Directory, path), DateTime.UtcNow.AddDays(-days));
}
