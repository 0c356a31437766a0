namespace Teuthology.Orchestra.Tests;

public sealed class ParallelTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>
{
    [SkippableFact]
    public async Task RunAsync_OneHostFails_OthersEndFirst()
    {
        await using var good = sshd.Remote();
        await using var bad = new Remote(sshd.Endpoint with { HostName = "bad.example.com" }, new LineKeeper());
        var cluster = new Cluster();
        cluster.Add(bad, []);
        cluster.Add(good, []);
        var file = Path.GetTempFileName();
        var script = RemoteCommand.Script($"case $WHO in bad) exit 3;; *) sleep 1; echo done > {file};; esac");
        var error = await Assert.ThrowsAsync<CommandFailedException>(() => InParallel.ForEachAsync(
            cluster.Remotes,
            (remote, ct) => remote.RunAsync(script with { Environment = new Dictionary<string, string> { ["WHO"] = remote.ShortName } }, ct),
            default));
        Assert.StartsWith("Command failed on bad with status 3: ", error.Message);
        Assert.Equal("done\n", await File.ReadAllTextAsync(file));
        File.Delete(file);
    }

    [Fact]
    public async Task ForEachAsync_SeveralFail_FirstInTimeIsThrownWithTheOthers()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => InParallel.ForEachAsync<int, int>(
            [3, 1, 2],
            async (i, ct) =>
            {
                await Task.Delay(i * 150, ct);
                throw new InvalidOperationException($"{i}");
            },
            default));
        Assert.Equal("1", error.Message);
        Assert.Equal(["2", "3"], ((IEnumerable<Exception>)error.Data[InParallel.OtherFailures]!).Select(e => e.Message));
    }
}
