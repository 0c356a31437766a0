using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

public sealed class PcpTests
{
    private const string Job = """
        roles: [[a.0], [b.0]]
        overrides: {pcp: {fetch_archives: true}}
        tasks:
        - nop:
        """;

    [SkippableFact]
    public async Task Pcp_ServerAnswers_PicturesAndPageAreInTheArchive()
    {
        await using var host = new Disposed<PcpHost>(new PcpHost());
        var result = await host.Value.RunAsync(Job);
        result.ShouldPass();
        var folder = Path.Combine(result.ArchivePath!, "pcp", "graphite");
        Assert.Equal(
            ["disk.all.read_bytes.png", "disk.all.write_bytes.png", "kernel.all.load.1_minute.png", "mem.util.used.png", "network.interface._all_.bytes._all_.png", "pcp.html"],
            Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var page = await File.ReadAllTextAsync(Path.Combine(folder, "pcp.html"));
        Assert.Contains($"<title>job {result.Summary().Get("job_id") ?? "1"} performance data</title>", page);
        Assert.Contains("<img src=\"mem.util.used.png\">", page);
        Assert.Contains("Graph download failed with error 502", result.Log());
        var url = Assert.IsType<string>(result.Summary()["pcp_grafana_url"]);
        Assert.Matches($@"^http://127\.0\.0\.1:{host.Value.Port}/grafana/index\.html#/dashboard/script/index\.js\?hosts=lo1%2Clo2&time_from=\d{{4}}-\d\d-\d\dT\d\d%3A\d\d%3A\d\d&time_to=\d{{4}}-", url);
        Assert.Contains(host.Value.Asked, asked => asked.StartsWith("/graphite/render?width=1200&height=300&hideLegend=false&format=png&from=", StringComparison.Ordinal) && asked.EndsWith("&target=*lo1*.kernel.all.load.1+minute&target=*lo2*.kernel.all.load.1+minute", StringComparison.Ordinal));
        Assert.Matches(@"pmlogextract -S '@ \w{3} \w{3} \d+ [\d:]{8} \d{4}' -T '@ [^']+' /var/log/pcp/pmlogger/lo1/\*\.0 \S+/archive/pcp_archive_lo1", result.Log());
        if (!File.Exists("/usr/bin/pmlogextract"))
            Assert.Contains("pmlogextract on lo1 failed with status 127", result.Log());
    }

    [SkippableFact]
    public async Task Pcp_ServerGone_JobPassesAndThePageLinksToTheServer()
    {
        await using var host = new Disposed<PcpHost>(new PcpHost());
        host.Value.Close();
        var result = await host.Value.RunAsync(Job);
        result.ShouldPass();
        Assert.Contains("Downloading graphs failed!", result.Log());
        Assert.Contains($"<img src=\"http://127.0.0.1:{host.Value.Port}/graphite/render?width=1200&amp;", await File.ReadAllTextAsync(Path.Combine(result.ArchivePath!, "pcp", "graphite", "pcp.html")));
    }

    [Fact]
    public void Grafana_OfAHostWithoutPort_IsAskedAtPcpsOwn() =>
        Assert.Equal(
            "http://pcp.lab:44323/grafana/index.html#/dashboard/script/index.js?hosts=a%2Cb&time_from=2026-01-02T03%3A04%3A05&time_to=now",
            new PcpGraphs("pcp.lab", ["a", "b"]).Grafana(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), null));

    /// <summary>Ends a host by its own means.</summary>
    private sealed record Disposed<T>(T Value) : IAsyncDisposable
        where T : IAsyncLifetime
    {
        public async ValueTask DisposeAsync() => await Value.DisposeAsync();
    }
}
