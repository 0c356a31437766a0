namespace Teuthology.Orchestra.Tests;

/// <summary>What becomes of files; the contents are those that upstream's code left.</summary>
public sealed class FileOptionsTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>, IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("teuthology options ").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [SkippableTheory]
    [InlineData(null, null, false, "hello")]
    [InlineData(null, null, true, "AAAAAAAAAAAAAAAAAAAAhello")]
    [InlineData("4", 2L, false, "AAAAAAAAhello")]
    [InlineData("4", 2L, true, "AAAAAAAAAAAAAAAAAAAAhello")]
    public async Task WriteFileAsync_BlocksAndAppend_LeaveWhatUpstreamLeaves(string? blockSize, long? offset, bool append, string content)
    {
        await using var remote = sshd.Remote();
        var file = Path.Combine(directory, "file");
        await File.WriteAllTextAsync(file, new string('A', 20));
        await remote.WriteFileAsync(file, "hello", new RemoteFileOptions { BlockSize = blockSize, Offset = offset, Append = append, Mode = "0640", Sync = true }, default);
        Assert.Equal(content, await File.ReadAllTextAsync(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(file));
    }

    [SkippableFact]
    public async Task WriteFileAsync_SyncWithBlocks_PadsNothing()
    {
        await using var remote = sshd.Remote();
        var file = Path.Combine(directory, "file");
        await remote.WriteFileAsync(file, "hello", new RemoteFileOptions { BlockSize = "8", Sync = true }, default);
        Assert.Equal("hello", await File.ReadAllTextAsync(file));
    }

    [SkippableFact]
    public async Task WriteFileAsync_AStreamWithoutLength_IsWrittenWhole()
    {
        await using var remote = sshd.Remote();
        var file = Path.Combine(directory, "file");
        await using var process = await remote.StartAsync(RemoteCommand.Args("seq", "100000") with { StdoutPipe = true }, default);
        await remote.WriteFileAsync(file, process.Stdout, new RemoteFileOptions { Mkdir = true }, default);
        Assert.Equal(100_000, File.ReadLines(file).Count());
        await process.WaitAsync(default);
    }

    [SkippableFact]
    public async Task Lines_AppendPrependRemove_KeepTheRestAndTheMode()
    {
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log);
        var file = Path.Combine(directory, "it's lines");
        await remote.CreateFileAsync(file, "b\nc\n", "604", sudo: false, default);
        await remote.AppendLinesAsync(file, "d\n", sudo: false, default);
        await remote.PrependLinesAsync(file, "a\n", sudo: false, default);
        await remote.RemoveLinesAsync(file, line => line != "c", sudo: false, default);
        Assert.Equal("a\nb\nd\n", await File.ReadAllTextAsync(file));
        Assert.Equal("604\n", await remote.ShAsync(RemoteCommand.Args("stat", "-c", "%a", file), default));
        Assert.Contains("removing line: c", log.Lines);
        await remote.DeleteFileAsync(file, sudo: false, force: false, check: true, default);
        await remote.DeleteFileAsync(file, sudo: false, force: true, check: true, default);
        await remote.DeleteFileAsync(file, sudo: false, force: false, check: false, default);
        await Assert.ThrowsAsync<CommandFailedException>(() => remote.DeleteFileAsync(file, sudo: false, force: false, check: true, default));
        await Assert.ThrowsAsync<FileNotFoundException>(() => remote.PrependLinesAsync(file, "x", sudo: false, default));
    }

    [SkippableFact]
    public async Task CopyAndMove_WithOptions_DoWhatTheySay()
    {
        await using var remote = sshd.Remote();
        var (from, to) = (Path.Combine(directory, "from"), Path.Combine(directory, "new dir/to"));
        await File.WriteAllTextAsync(from, "one\n");
        await remote.CopyAsync(from, to, new RemoteFileOptions { Mkdir = true, Mode = "0600" }, default);
        await remote.CopyAsync(from, to, new RemoteFileOptions { Append = true }, default);
        Assert.Equal("one\none\n", await File.ReadAllTextAsync(to));
        await remote.MoveAsync(from, to, new RemoteFileOptions { Mode = "0644" }, default);
        Assert.Equal("644 one\n", await remote.ShAsync($"stat -c %a '{to}' | tr '\\n' ' '; cat '{to}'", default));
        Assert.False(File.Exists(from));
        await remote.CopyToAsync(to, remote, from, default);
        Assert.Equal("one\n", await File.ReadAllTextAsync(from));
        Assert.EndsWith(".d", await TempAsync(remote));
    }

    [SkippableFact]
    public async Task Tar_PushStreamAndPull_CarryTheTree()
    {
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log);
        var from = Directory.CreateDirectory(Path.Combine(directory, "from/sub/.hid/empty")).Parent!.Parent!.Parent!.FullName;
        await File.WriteAllTextAsync(Path.Combine(from, "sub/.hid/.f"), "1");
        await File.WriteAllTextAsync(Path.Combine(from, ".top"), "3");
        File.CreateSymbolicLink(Path.Combine(from, "l"), "/etc");
        File.SetUnixFileMode(Path.Combine(from, ".top"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var there = Path.Combine(directory, "there now/deep");
        await remote.PushDirectoryAsync(from, there, sudo: false, default);
        Assert.Equal("500 /etc\n", await remote.ShAsync($"cd '{there}'; stat -c %a .top | tr '\\n' ' '; readlink l; test -d sub/.hid/empty", default));
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => remote.PushDirectoryAsync(from + "x", there, sudo: false, default));
        await Assert.ThrowsAsync<CommandFailedException>(() => remote.PushDirectoryAsync(from, "/proc/nowhere", sudo: false, default));

        var pulled = Path.Combine(directory, "pulled");
        await remote.PullDirectoryAsync(there, pulled, sudo: true, default);
        Assert.Equal(["_top", "sub", "sub/_hid", "sub/_hid/_f"], Directory.EnumerateFileSystemEntries(pulled, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(pulled, path)).Order(StringComparer.Ordinal));
        Assert.Contains("Ignoring tar entry: './l' type 'symlink'", log.Lines);
        Assert.Contains($"Transferring archived files from smithi001:{there} to {pulled}", log.Lines);

        var names = new List<string>();
        await remote.PullDirectoryAsync(there, pulled, sudo: false, (entry, path) => names.Add($"{entry.Name} {Path.GetRelativePath(pulled, path)}"), default);
        Assert.Equal(["./.top _top", "./sub/.hid/.f sub/_hid/_f"], names.Order(StringComparer.Ordinal));
        var tarball = Path.Combine(directory, "all.tgz");
        await remote.PullTarballAsync(there, tarball, default);
        Assert.Equal([0x1f, 0x8b], (await File.ReadAllBytesAsync(tarball))[..2]);
        await using var stream = await remote.GetTarStreamAsync(there, compress: false, sudo: false, default);
        using var kept = new MemoryStream();
        await stream.Stdout.CopyToAsync(kept);
        Assert.Equal(0, (await stream.WaitAsync(default)).ExitStatus);
        Assert.Equal(0, kept.Length % 512);
    }

    private async Task<string> TempAsync(Remote remote)
    {
        var made = await remote.MakeTempDirectoryAsync(".d", directory, default);
        Assert.True(Directory.Exists(made));
        return made;
    }
}
