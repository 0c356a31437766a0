using System.Globalization;

namespace Teuthology.Tasks.Tests;

/// <summary>More output than is good for a controller.</summary>
public sealed class OutputFaultTests
{
    private const int Hosts = 20;
    private const int Seconds = 3;

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
}
