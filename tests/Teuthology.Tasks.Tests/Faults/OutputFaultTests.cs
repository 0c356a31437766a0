using System.Globalization;

namespace Teuthology.Tasks.Tests;

/// <summary>More output than is good for a controller.</summary>
public sealed class OutputFaultTests
{
    private const int Hosts = 20;
    private const int Seconds = 3;

    /// <summary>The log has all of it, and the controller's memory does not grow with it.</summary>
    [SkippableFact]
    public async Task GibibyteWithoutNewline_Passes_InBoundedMemory()
    {
        var host = new LoopbackHost(root: null, machines: 1);
        try
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var peak = 0L;
            await using var job = await RunningJob.StartAsync(host, "roles: [[a.0]]\ntasks:\n- exec: {a.0: [\"head -c 1073741824 /dev/zero | tr '\\\\0' x\", 'echo; echo after']}\n");
            var ending = job.EndAsync();
            while (!ending.IsCompleted)
            {
                await Task.WhenAny(ending, Task.Delay(100));
                peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: false) - before);
            }

            var result = await ending;
            Assert.True(result.Status == Jobs.JobStatus.Pass, result.FailureReason);

            // Tests that run beside this one have their share in it; alone it is some 90 MiB.
            Assert.InRange(peak, 1, 700L << 20);
            Assert.Equal(1L << 30, Xs(Path.Combine(result.ArchivePath!, "teuthology.log")));
            await host.ShouldBeCleanAsync();
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    /// <summary>Each host writes a thousand lines every tenth of a second.</summary>
    [SkippableFact]
    public async Task TenThousandLinesASecondOn20Hosts_NoLineIsLost_AndEachHostsAreInOrder()
    {
        var host = new LoopbackHost(root: null, Hosts);
        try
        {
            var roles = string.Join(", ", Enumerable.Range(0, Hosts).Select(i => $"[a.{i}]"));
            var result = await host.RunAsync($$"""
                roles: [{{roles}}]
                tasks:
                - pexec: {all: ['i=0; while [ $i -lt {{Seconds * 10}} ]; do seq $((i*1000+1)) $((i*1000+1000)); i=$((i+1)); sleep 0.09; done']}
                """);
            result.ShouldPass();
            var seen = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var line in File.ReadLines(Path.Combine(result.ArchivePath!, "teuthology.log")))
            {
                if (line.IndexOf(".stdout:", StringComparison.Ordinal) is not (> 0 and var mark) || !int.TryParse(line.AsSpan(mark + 8), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    continue;
                var machine = line[(line.LastIndexOf(':', mark) + 1)..mark];
                Assert.Equal(seen.GetValueOrDefault(machine) + 1, number);
                seen[machine] = number;
            }

            Assert.Equal(Hosts, seen.Count);
            Assert.All(seen.Values, last => Assert.Equal(Seconds * 10_000, last));
            await host.ShouldBeCleanAsync();
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    /// <summary>How many x there are in lines of the output.</summary>
    private static long Xs(string log) => File.ReadLines(log).Sum(line => line.EndsWith("xxx", StringComparison.Ordinal) ? line.Length - line.IndexOf(".stdout:", StringComparison.Ordinal) - ".stdout:".Length : 0L);
}
