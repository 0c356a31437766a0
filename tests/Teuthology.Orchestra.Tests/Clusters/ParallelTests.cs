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
        var work = Enumerable.Range(0, 4).Select(_ => new TaskCompletionSource<int>()).ToList();

        // One at a time: when the second task has its turn the first one's work is waited for.
        var inTurn = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
        var running = await Task.Factory.StartNew(() => InParallel.ForEachAsync<int, int>([3, 1, 2], (i, _) => work[i].Task, default), default, TaskCreationOptions.None, inTurn);
        await Task.Factory.StartNew(() => { }, default, TaskCreationOptions.None, inTurn);
        for (var i = 1; i <= 3; i++)
        {
            var failing = i;
            await Task.Run(() => work[failing].SetException(new InvalidOperationException($"{failing}")));
        }

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => running);
        Assert.Equal("1", error.Message);
        Assert.Equal(["2", "3"], ((IEnumerable<Exception>)error.Data[InParallel.OtherFailures]!).Select(e => e.Message));
    }
}
