using System.Diagnostics;
using System.IO.Compression;

namespace Teuthology.Jobs.Tests;

public sealed class ElfCoreTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("teuthology-core-").FullName;

    [SkippableFact]
    public async Task ProgramOf_RealCoreOfAProgram_TellsItsPath()
    {
        Skip.If((await File.ReadAllTextAsync("/proc/sys/kernel/core_pattern")).TrimStart()[0] is '|' or '/', "this kernel does not dump core into the working directory");
        using (var shell = Process.Start(new ProcessStartInfo("sh", ["-c", "ulimit -c unlimited; sleep 60 & until grep -q sleep /proc/$!/comm; do :; done; kill -SEGV $!; wait"]) { WorkingDirectory = _directory })!)
            await shell.WaitForExitAsync();
        var core = Directory.GetFiles(_directory, "core*").SingleOrDefault();
        Skip.If(core is null, "no core dump is written here: ulimit -c cannot be raised");

        using var file = File.OpenRead(core);
        Assert.Equal("sleep", Path.GetFileName(ElfCore.ProgramOf(file)));

        using var packed = new MemoryStream();
        file.Position = 0;
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            file.CopyTo(zip);
        packed.Position = 0;
        Assert.Equal("sleep", Path.GetFileName(ElfCore.ProgramOf(new GZipStream(packed, CompressionMode.Decompress))));
    }

    [Theory]
    [InlineData("/bin/sh")]
    [InlineData("/etc/passwd")]
    [InlineData("/dev/null")]
    public void ProgramOf_SomethingElse_IsNull(string path)
    {
        using var file = File.OpenRead(path);
        Assert.Null(ElfCore.ProgramOf(file));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
