using System.Globalization;
using System.Net;
using System.Text;

namespace Teuthology.Tasks;

/// <summary>Addresses of the graphs that a Performance Co-Pilot server draws of hosts.</summary>
/// <param name="server">The server: a URL, or a host name, which then listens on port 44323.</param>
/// <param name="hosts">Short names of the hosts.</param>
public sealed class PcpGraphs(string server, IReadOnlyList<string> hosts)
{
    private readonly Uri _server = new(server.Contains("://", StringComparison.Ordinal) ? server : $"http://{server}:44323/");

    /// <summary>What Graphite draws, in PCP's names; a blank stands for itself.</summary>
    public static IReadOnlyList<string> Metrics { get; } =
    [
        "kernel.all.load.1 minute", "mem.util.free", "mem.util.used", "network.interface.*.bytes.*", "disk.all.read_bytes", "disk.all.write_bytes",
    ];

    /// <summary>The Grafana dashboard.</summary>
    /// <param name="from">Begin.</param>
    /// <param name="until">End, or null for now.</param>
    public string Grafana(DateTimeOffset from, DateTimeOffset? until)
    {
        (string, string)[] query = [("hosts", string.Join(',', hosts)), ("time_from", Shown(from)), ("time_to", until is { } end ? Shown(end) : "now")];
        return $"{new Uri(_server, "/grafana/index.html")}#/dashboard/script/index.js?{Query(query)}";

        static string Shown(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
    }

    /// <summary>The picture of one metric.</summary>
    /// <param name="metric">One of <see cref="Metrics"/>.</param>
    /// <param name="from">Begin.</param>
    /// <param name="until">End, or null for now.</param>
    public string Graphite(string metric, DateTimeOffset from, DateTimeOffset? until)
    {
        List<(string, string)> query = [("width", "1200"), ("height", "300"), ("hideLegend", "false"), ("format", "png"), ("from", Seconds(from)), ("until", until is { } end ? Seconds(end) : "now")];
        query.AddRange(hosts.Select(host => ("target", $"*{host}*.{metric}")));
        return $"{new Uri(_server, "/graphite/render")}?{Query(query)}";

        static string Seconds(DateTimeOffset time) => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Name of a metric's picture.</summary>
    /// <param name="metric">One of <see cref="Metrics"/>.</param>
    public static string FileOf(string metric) => metric.Replace(" ", "_", StringComparison.Ordinal).Replace("*", "_all_", StringComparison.Ordinal) + ".png";

    /// <summary>A page with all graphs.</summary>
    /// <param name="jobId">Number of the job.</param>
    /// <param name="sourceOf">Address of a metric's picture.</param>
    public static string Page(string jobId, Func<string, string> sourceOf)
    {
        var page = new StringBuilder($"<html>\n<head>\n<title>job {WebUtility.HtmlEncode(jobId)} performance data</title>\n</head>\n");
        foreach (var metric in Metrics)
            page.Append(CultureInfo.InvariantCulture, $"<p>{WebUtility.HtmlEncode(metric)}\n<img src=\"{WebUtility.HtmlEncode(sourceOf(metric))}\"></img>\n</p>\n");
        return page.Append("</html>\n").ToString();
    }

    private static string Query(IEnumerable<(string Key, string Value)> query) => string.Join('&', query.Select(pair => $"{pair.Key}={WebUtility.UrlEncode(pair.Value)}"));
}
