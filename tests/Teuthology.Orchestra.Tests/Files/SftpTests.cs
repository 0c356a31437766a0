namespace Teuthology.Orchestra.Tests;

public sealed class SftpTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>, IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("teuthology sftp ").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [SkippableFact]
    public async Task PutAndGet_Bytes_ComeBackTheSameWithTheirSizeInTheLog()
    {
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log);
        await using var sftp = await remote.OpenSftpAsync(default);
        var bytes = new byte[1_600_000];
        new Random(3).NextBytes(bytes);
        var (here, there, back) = (Path.Combine(directory, "here"), Path.Combine(directory, "it's there"), Path.Combine(directory, "back"));
        await File.WriteAllBytesAsync(here, bytes);
        await sftp.PutAsync(here, there, default);
        Assert.Equal(bytes.Length, await sftp.SizeAsync(there, default));
        await sftp.GetAsync(there, back, default);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(back));
        Assert.Contains($"smithi001:{there} is 2MB", log.Lines);
        await using var stream = await sftp.OpenReadAsync(there, default);
        stream.Position = 1_599_999;
        Assert.Equal(bytes[^1], stream.ReadByte());
    }

    [SkippableFact]
    public async Task Get_NotThere_IsFileNotFound()
    {
        await using var remote = sshd.Remote();
        await using var sftp = await remote.OpenSftpAsync(default);
        var error = await Assert.ThrowsAsync<FileNotFoundException>(() => sftp.GetAsync("/nowhere/x", Path.Combine(directory, "x"), default));
        Assert.Equal($"Cannot find file on the remote '{remote.Name}': '/nowhere/x'", error.Message);
        await Assert.ThrowsAsync<FileNotFoundException>(() => sftp.OpenReadAsync("/nowhere/x", default));
        Assert.Equal(remote.Endpoint.HostKey!.Split(' ')[1], remote.HostKey!.Split(' ')[1]);
    }

    [SkippableFact]
    public async Task GetFileIntoAsync_ADirectoryOrTmp_NamesTheFileAsUpstream()
    {
        var log = new LineKeeper();
        await using var remote = sshd.Remote(log);
        var file = Path.Combine(directory, "f");
        await File.WriteAllTextAsync(file, new string('x', 600));
        var to = Directory.CreateDirectory(Path.Combine(directory, "to")).FullName;
        Assert.Equal(Path.Combine(to, "f"), await remote.GetFileIntoAsync(file, sudo: true, to, default));
        Assert.Contains($"smithi001:{file} is 600B", log.Lines);
        var random = await remote.GetFileIntoAsync(file, sudo: false, "/tmp", default);
        Assert.NotEqual("/tmp/f", random);
        Assert.Equal(600, new FileInfo(random).Length);
        File.Delete(random);
        Assert.Equal("/nodir is not a directory", (await Assert.ThrowsAsync<IOException>(() => remote.GetFileIntoAsync(file, sudo: false, "/nodir", default))).Message);
        await Assert.ThrowsAsync<FileNotFoundException>(() => remote.GetFileIntoAsync(file + "x", sudo: false, to, default));
        Assert.Equal([Path.Combine(to, "f")], Directory.GetFiles(to));
    }

    [Theory]
    [InlineData(0, "0B")]
    [InlineData(1, "1B")]
    [InlineData(1023, "1023B")]
    [InlineData(1024, "1KB")]
    [InlineData(1536, "2KB")]
    [InlineData(2560, "2KB")]
    [InlineData(999_999, "977KB")]
    [InlineData(1_572_864, "2MB")]
    [InlineData(1_099_511_627_776, "1TB")]
    [InlineData(7_881_299_347_898_368, "7TB")]
    public void Format_IsUpstreams(long bytes, string text) => Assert.Equal(text, ByteSize.Format(bytes));
}
