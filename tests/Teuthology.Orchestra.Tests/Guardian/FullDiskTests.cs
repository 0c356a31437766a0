using System.Diagnostics;

namespace Teuthology.Orchestra.Tests;

public sealed class FullDiskTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>
{
    [SkippableFact]
    public async Task RunAsync_SpoolDoesNotFit_OutputStreamsAllTheSame()
    {
        await using var disk = await SmallDisk.MountAsync("512k");
        await using var remote = Remote(disk.Directory, new LineKeeper());
        var result = await remote.RunAsync(RemoteCommand.Script("seq 1 400000; echo error >&2"), default).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.EndsWith("\n399999\n400000\n", result.Stdout);
        Assert.Equal("error\n", result.Stderr);
        Assert.Equal(2688895, result.Stdout.Length);
        Assert.Equal("next\n", await remote.ShAsync("echo next", default));
    }

    [SkippableFact]
    public async Task RunAsync_DiskIsFullFromTheStart_RunsWithoutAGuardianAndSaysSo()
    {
        await using var disk = await SmallDisk.MountAsync("64k");
        await File.WriteAllBytesAsync(Path.Combine(disk.Directory, "all"), new byte[64 * 1024]);
        var log = new LineKeeper();
        await using var remote = Remote(disk.Directory, log);
        Assert.Equal("out\n", await remote.ShAsync("echo out", default).WaitAsync(TimeSpan.FromMinutes(2)));
        Assert.Contains(log.Lines, line => line.StartsWith("smithi001.front.example.com: the guardian cannot work there", StringComparison.Ordinal));
    }

    private Remote Remote(string directory, LineKeeper log) =>
        sshd.Remote(log, new RemoteOptions { Guardian = new GuardianOptions { Directory = directory } });

    private sealed class SmallDisk : IAsyncDisposable
    {
        public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("teuthology-disk-").FullName;

        public static async Task<SmallDisk> MountAsync(string size)
        {
            Skip.IfNot(Environment.IsPrivilegedProcess, "Only root can mount a small disk.");
            var disk = new SmallDisk();
            using var mount = Process.Start("mount", ["-t", "tmpfs", "-o", $"size={size}", "none", disk.Directory]);
            await mount.WaitForExitAsync();
            Skip.If(mount.ExitCode != 0, "No tmpfs can be mounted here.");
            return disk;
        }

        public async ValueTask DisposeAsync()
        {
            using var umount = Process.Start("umount", ["-l", Directory]);
            await umount.WaitForExitAsync();
            System.IO.Directory.Delete(Directory);
        }
    }
}
