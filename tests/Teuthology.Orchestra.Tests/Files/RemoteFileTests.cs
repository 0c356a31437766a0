using CsCheck;

namespace Teuthology.Orchestra.Tests;

public sealed class RemoteFileTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>, IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("teuthology files ").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [SkippableFact]
    public async Task WriteFileAsync_AnyBytes_ReadBackTheSame()
    {
        await using var remote = sshd.Remote();
        var path = Path.Combine(directory, "it's a file");
        await Gen.Byte.Array[0, 3000].SampleAsync(
            async bytes =>
            {
                await remote.WriteFileAsync(path, bytes, null, default);
                Assert.Equal(bytes, await remote.ReadFileAsync(path, sudo: false, default));
            },
            iter: 15,
            threads: 1);
        Assert.Equal([path], Directory.GetFileSystemEntries(directory));
    }

    [SkippableFact]
    public async Task WriteFileAsync_ModeAndMkdir_AreHonoured()
    {
        await using var remote = sshd.Remote();
        var path = Path.Combine(directory, "a/b/c");
        await remote.WriteFileAsync(path, "text", new RemoteFileOptions { Mode = "0640", Mkdir = true }, default);
        Assert.Equal("640\n", await remote.ShAsync($"stat -c %a '{path}'", default));
        await remote.WriteFileAsync(path, "more", new RemoteFileOptions { Append = true }, default);
        Assert.Equal("textmore", await File.ReadAllTextAsync(path));
    }

    [SkippableFact]
    public async Task WriteFileAsync_FileExists_KeepsItsMode()
    {
        await using var remote = sshd.Remote();
        var path = Path.Combine(directory, "kept");
        await remote.ShAsync($"echo old > '{path}'; chmod 604 '{path}'", default);
        await remote.WriteFileAsync(path, "new", null, default);
        Assert.Equal("604 new", await remote.ShAsync($"stat -c %a '{path}' | tr '\\n' ' '; cat '{path}'", default));
    }

    [SkippableFact]
    public async Task WriteFileAsync_Link_IsWrittenThrough()
    {
        await using var remote = sshd.Remote();
        var path = Path.Combine(directory, "link");
        File.CreateSymbolicLink(path, Path.Combine(directory, "target"));
        await remote.WriteFileAsync(path, "through", null, default);
        Assert.Equal("through", await File.ReadAllTextAsync(Path.Combine(directory, "target")));
        Assert.NotNull(new FileInfo(path).LinkTarget);
    }

    [SkippableFact]
    public async Task WriteFileAsync_NoSuchDirectory_Fails()
    {
        await using var remote = sshd.Remote();
        var error = await Assert.ThrowsAsync<CommandFailedException>(() => remote.WriteFileAsync("/nowhere/file", "x", null, default));
        Assert.Contains("/nowhere/file", error.Message);
    }

    [SkippableFact]
    public async Task ReadFileAsync_Missing_IsFileNotFound()
    {
        await using var remote = sshd.Remote();
        var error = await Assert.ThrowsAsync<FileNotFoundException>(() => remote.ReadFileAsync("/nowhere", sudo: false, default));
        Assert.Equal("/nowhere", error.FileName);
    }

    [SkippableFact]
    public async Task PutFileAsync_Large_ArrivesWhole()
    {
        await using var remote = sshd.Remote();
        var bytes = new byte[20_000_000];
        new Random(7).NextBytes(bytes);
        var local = Path.Combine(directory, "local");
        await File.WriteAllBytesAsync(local, bytes);
        var target = Path.Combine(directory, "remote");
        await remote.PutFileAsync(local, target, "0755", default);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(target));
        Assert.True(File.GetUnixFileMode(target).HasFlag(UnixFileMode.UserExecute));
    }

    [SkippableFact]
    public async Task PullDirectoryAsync_Tree_BringsFilesAndLeavesTheRest()
    {
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log);
        var from = Path.Combine(directory, "from");
        await remote.ShAsync(
            $"mkdir -p '{from}/sub/empty'; cd '{from}'; for i in $(seq 200); do echo $i > sub/file$i; done; head -c 30000000 /dev/urandom > big; ln -s /etc/passwd link; mkfifo pipe; touch -d 2001-02-03 sub/file1", default);
        var to = Path.Combine(directory, "to");
        await remote.PullDirectoryAsync(from, to, sudo: false, default);
        Assert.Equal(201, Directory.GetFiles(to, "*", SearchOption.AllDirectories).Length);
        Assert.Equal("200\n", await File.ReadAllTextAsync(Path.Combine(to, "sub/file200")));
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(from, "big")), await File.ReadAllBytesAsync(Path.Combine(to, "big")));
        Assert.Equal(2001, File.GetLastWriteTimeUtc(Path.Combine(to, "sub/file1")).Year);
        Assert.Contains("Ignoring tar entry: './link' type 'symlink'", log.Lines);
        Assert.Contains("Ignoring tar entry: './pipe' type 'device'", log.Lines);
    }

    [SkippableFact]
    public async Task PullDirectoryAsync_LocalLinkInTheWay_IsNotFollowed()
    {
        await using var remote = sshd.Remote();
        var (from, to, elsewhere) = (Path.Combine(directory, "from"), Path.Combine(directory, "to"), Path.Combine(directory, "elsewhere"));
        await remote.ShAsync($"mkdir -p '{from}/sub' '{to}' '{elsewhere}'; echo x > '{from}/sub/file'; ln -s '{elsewhere}' '{to}/sub'", default);
        await remote.PullDirectoryAsync(from, to, sudo: false, default);
        Assert.Empty(Directory.GetFileSystemEntries(elsewhere));
    }

    [SkippableFact]
    public async Task PullDirectoryAsync_NoSuchDirectory_Fails()
    {
        await using var remote = sshd.Remote();
        var error = await Assert.ThrowsAsync<CommandFailedException>(() => remote.PullDirectoryAsync("/nowhere", Path.Combine(directory, "to"), sudo: false, default));
        Assert.Contains("/nowhere", error.Message);
    }

    [SkippableFact]
    public async Task PullDirectoryAsync_LocalDirectoryNotWritable_EndsWithThatError()
    {
        await using var remote = sshd.Remote();
        var from = Path.Combine(directory, "from");
        await remote.ShAsync($"mkdir -p '{from}/sub'; head -c 30000000 /dev/zero > '{from}/sub/big'", default);
        var to = Path.Combine(directory, "to");
        Directory.CreateDirectory(to);
        await File.WriteAllTextAsync(Path.Combine(to, "sub"), "a file where a directory should be");
        await Assert.ThrowsAnyAsync<IOException>(() => remote.PullDirectoryAsync(from, to, sudo: false, default).WaitAsync(TimeSpan.FromMinutes(2)));
        await remote.RunAsync(RemoteCommand.Args("true"), default);
    }
}
