using System.Diagnostics;

namespace Teuthology.Jobs.Tests;

/// <summary>The scan of the kernel's log, by the host's own grep.</summary>
public sealed class SyslogScanTests : IDisposable
{
    private readonly string _log = Path.GetTempFileName();

    [Theory]
    [InlineData("kernel: BUG: unable to handle page fault for address: 0000")]
    [InlineData("kernel: INFO: rcu_sched self-detected stall on CPU")]
    [InlineData("kernel: possible DEADLOCK in the making")]
    [InlineData("kernel: \u0001binary BUG here")]
    public async Task Line_ThatTellsOfABug_IsFound(string line) =>
        Assert.Equal(line, await ScanAsync($"quiet\nkernel: DEBUGGING INFORMATION is no such word\n{line}\nkernel: BUG: a later one\n"));

    [Theory]
    [InlineData("INFO: task ceph-osd:123 blocked for more than 120 seconds.")]
    [InlineData("INFO: lockdep is turned off.")]
    [InlineData("INFO: trying to register non-static key.")]
    [InlineData("xfs_fsr: DEBUG: fsize=3 INFO")]
    [InlineData("CRON[77]: INFO something")]
    [InlineData("BUG: bad unlock balance detected!")]
    [InlineData("INFO: inconsistent lock state")]
    [InlineData(" *** DEADLOCK ***")]
    [InlineData("INFO: possible irq lock inversion dependency detected")]
    [InlineData("INFO: NMI handler (perf_event_nmi_handler) took too long to run: 1.2 msecs")]
    [InlineData("EXT4-fs: INFO: recovery required on readonly filesystem")]
    [InlineData("ceph-create-keys: INFO waiting")]
    [InlineData("INFO:ceph-create-keys:waiting")]
    [InlineData("[INFO] Loaded datasource DataSourceOpenStack - x")]
    [InlineData("container-storage-setup: INFO: Volume group backing root filesystem could not be determined")]
    [InlineData("salt-master[1]: INFO x")]
    [InlineData("salt-minion[1]: INFO x")]
    [InlineData("salt-api[1]: INFO x")]
    [InlineData("ceph-crash[1]: INFO x")]
    [InlineData("tcmu-runner[1]: 2026 INFO x")]
    public async Task Line_OfUpstreamsHarmlessOnes_IsPassedOver(string line) => Assert.Equal("", await ScanAsync($"kernel: {line}\n"));

    [Fact]
    public async Task Log_ThatIsNotThere_HasNothing()
    {
        File.Delete(_log);
        Assert.Equal("", await ScanAsync(null));
    }

    public void Dispose() => File.Delete(_log);

    private async Task<string> ScanAsync(string? log)
    {
        if (log is not null)
            await File.WriteAllTextAsync(_log, log);
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", SyslogScan.Script(_log)]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var found = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return found.TrimEnd('\n');
    }
}
