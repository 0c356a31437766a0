using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;

namespace Teuthology.Orchestra.Tests;

public sealed class MuchOutputTests(LoopbackSshd sshd) : IClassFixture<LoopbackSshd>
{
    private const long Size = 256L << 20;

    [SkippableFact]
    public async Task RunAsync_MuchOutputWithoutNewline_NeitherMemoryNorSpoolGrows()
    {
        Skip.If(sshd.Missing is not null, sshd.Missing);
        var directory = Directory.CreateTempSubdirectory().FullName;
        await using var remote = new Remote(sshd.Endpoint, NullLogger.Instance, new RemoteOptions { Guardian = new GuardianOptions { Directory = directory } });
        await remote.ConnectAsync(default);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var peak = (Spool: 0L, Heap: 0L);
        var running = remote.RunAsync(RemoteCommand.Script($"head -c {Size} /dev/zero | tr '\\0' x"), default);
        while (!running.IsCompleted)
        {
            await Task.WhenAny(running, Task.Delay(100));
            peak = (Math.Max(peak.Spool, await BlocksAsync(directory)), Math.Max(peak.Heap, GC.GetTotalMemory(forceFullCollection: false) - before));
        }

        var result = await running;
        Assert.Equal(Size, result.StdoutDropped + result.Stdout.Length);
        Assert.InRange(peak.Heap, 1, 200L << 20);
        Assert.InRange(peak.Spool, 1, 160L << 20);
    }

    [SkippableFact]
    public async Task RunAsync_TenThousandLinesASecondOnEveryHost_AllArriveInOrder()
    {
        const int Hosts = 8;
        const int Lines = 20_000;
        Skip.If(sshd.Missing is not null, sshd.Missing);
        var logs = Enumerable.Range(0, Hosts).Select(_ => new LineKeeper()).ToList();
        var remotes = logs.ConvertAll(log => new Remote(sshd.Endpoint, log));
        await InParallel.ForEachAsync(
            remotes, (remote, ct) => remote.RunAsync(RemoteCommand.Script($"i=0; while [ $i -lt 20 ]; do seq $((i*{Lines / 20}+1)) $(((i+1)*{Lines / 20})); i=$((i+1)); sleep 0.1; done"), ct), default);
        var expected = Enumerable.Range(1, Lines).Select(i => $"smithi001.stdout:{i}").ToList();
        Assert.All(logs, log => Assert.Equal(expected, log.Output));
        await InParallel.ForEachAsync(remotes, (remote, _) => remote.DisposeAsync().AsTask(), default);
    }

    private static async Task<long> BlocksAsync(string directory)
    {
        using var du = Process.Start(new ProcessStartInfo("du", ["-sk", directory]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var text = await du.StandardOutput.ReadToEndAsync();
        await du.WaitForExitAsync();
        return text.Length > 0 ? long.Parse(text.Split('\t')[0]) * 1024 : 0;
    }
}
