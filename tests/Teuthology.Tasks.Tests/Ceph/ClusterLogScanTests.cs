using System.Diagnostics;

namespace Teuthology.Tasks.Tests;

public sealed class ClusterLogScanTests : IDisposable
{
    private readonly string _log = Path.GetTempFileName();

    [Fact]
    public async Task Script_CleanLog_FindsNothing() => Assert.Equal("", await ScanAsync("1 [INF] fine\n2 [DBG] pgmap\n"));

    [Fact]
    public async Task Script_SeveralKinds_TakesSecBeforeErrBeforeWrn()
    {
        Assert.Equal("3 [SEC] c", await ScanAsync("1 [WRN] a\n2 [ERR] b\n3 [SEC] c\n"));
        Assert.Equal("2 [ERR] b", await ScanAsync("1 [WRN] a\n2 [ERR] b\n3 [ERR] c\n"));
    }

    [Fact]
    public async Task Script_IgnoredLines_AreNoFailure()
    {
        const string Log = "1 [WRN] Health check failed: 1 osds down (OSD_DOWN)\n2 [WRN] slow request 31.2 seconds\n3 [WRN] it's odd\n";
        Assert.Equal("", await ScanAsync(Log, @"\(OSD_DOWN\)", "slow request [0-9]+", "it's odd"));
        Assert.Equal("3 [WRN] it's odd", await ScanAsync(Log, @"\(OSD_DOWN\)", "slow (request|op)"));
        Assert.Equal("1 [WRN] Health check failed: 1 osds down (OSD_DOWN)", await ScanAsync(Log, "", "slow", "odd"));
    }

    [Fact]
    public async Task Script_PatternThatStartsWithADash_IsAPattern() => Assert.Equal("", await ScanAsync("1 [WRN] a -v b\n", "-v"));

    [Fact]
    public async Task Script_NoLogAtAll_FindsNothing()
    {
        File.Delete(_log);
        Assert.Equal("", (await RunAsync(new ClusterLogScan([]).Script(_log))).Output);
    }

    [Fact]
    public async Task Script_BadPattern_IsTold() =>
        Assert.Contains("grep:", (await RunAsync(new ClusterLogScan(["("]).Script(_log))).Error);

    public void Dispose() => File.Delete(_log);

    private async Task<string> ScanAsync(string log, params string[] ignore)
    {
        await File.WriteAllTextAsync(_log, log);
        var (output, error) = await RunAsync(new ClusterLogScan(ignore).Script(_log));
        Assert.Equal("", error);
        return output;
    }

    private static async Task<(string Output, string Error)> RunAsync(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = shell.StandardError.ReadToEndAsync();
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return (output.TrimEnd('\n'), await error);
    }
}
