using System.Globalization;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>pcp</c>: where the site has a <c>pcp_host</c>, the log and the summary's <c>pcp_grafana_url</c> link to its graphs of the job's time, and
/// <c>pcp/graphite/</c> of the archive has <c>pcp.html</c> with the pictures of it. Trouble with that server is noted and does no harm to the job.
/// </summary>
[Task("pcp")]
public sealed class PcpTask : JobTask<PcpOptions>, ICheckedTask
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public void Check(TaskRun run)
    {
        if (run.TryOptions<PcpOptions>(out var options))
            TargetHosts.Of(run, options.Hosts);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, PcpOptions options, CancellationToken cancellationToken)
    {
        var job = run.Job;
        if (job.Options.Site.PcpHost is not { } server)
            return;
        var remotes = TargetHosts.Of(run, options.Hosts);
        var graphs = Graphs(run, server, remotes);
        var start = job.Time.GetUtcNow();
        var folder = options.Graphite && job.ArchivePath is { } archive ? Directory.CreateDirectory(Path.Combine(archive, "pcp", "graphite")).FullName : null;
        if (options.Grafana)
            TasksLog.Text(run.Log, $"PCP+Grafana dashboard: {graphs.Grafana(start, null)}");
        if (folder is not null)
            await WritePageAsync(folder, job.Spec.JobId, metric => graphs.Graphite(metric, start, null), cancellationToken);
        run.Defer("gather performance data", (_, ct) => EndAsync(run, options, graphs, folder, remotes, start, ct));
    }

    private static PcpGraphs Graphs(TaskRun run, string server, IReadOnlyList<Remote> remotes)
    {
        try
        {
            return new PcpGraphs(server, [.. remotes.Select(r => r.ShortName)]);
        }
        catch (UriFormatException e)
        {
            throw new ConfigurationException($"the site's 'pcp_host' must be a host or a URL, not '{server}'", run.Mark, e);
        }
    }

    private static async Task EndAsync(TaskRun run, PcpOptions options, PcpGraphs graphs, string? folder, IReadOnlyList<Remote> remotes, DateTimeOffset start, CancellationToken cancellationToken)
    {
        var job = run.Job;
        var end = job.Time.GetUtcNow();
        if (options.Grafana)
        {
            var url = graphs.Grafana(start, end);
            TasksLog.Text(run.Log, $"PCP+Grafana dashboard: {url}");
            job.Summary["pcp_grafana_url"] = url;
        }

        if (folder is not null)
        {
            string Drawn(string metric) => graphs.Graphite(metric, start, end);
            var fetched = await DownloadAsync(run, folder, Drawn, cancellationToken);
            await WritePageAsync(folder, job.Spec.JobId, fetched ? PcpGraphs.FileOf : Drawn, cancellationToken);
        }

        if (options.FetchArchives && job.ArchivePath is not null)
            await InParallel.ForEachAsync(remotes, (remote, ct) => ExtractAsync(run, remote, start, end, ct), cancellationToken);
    }

    private static async Task<bool> DownloadAsync(TaskRun run, string folder, Func<string, string> addressOf, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = Patience };
        try
        {
            foreach (var metric in PcpGraphs.Metrics)
            {
                using var response = await client.GetAsync(new Uri(addressOf(metric)), cancellationToken);
                if (!response.IsSuccessStatusCode)
                    TasksLog.Text(run.Log, $"Graph download failed with error {(int)response.StatusCode} {response.ReasonPhrase}: {addressOf(metric)}");
                else
                    await File.WriteAllBytesAsync(Path.Combine(folder, PcpGraphs.FileOf(metric)), await response.Content.ReadAsByteArrayAsync(cancellationToken), cancellationToken);
            }

            return true;
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            TasksLog.Text(run.Log, $"Downloading graphs failed! {e.Message}");
            return false;
        }
    }

    // Into the archive, where upstream writes beside it and so leaves the test directory dirty.
    private static async Task ExtractAsync(TaskRun run, Remote remote, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken)
    {
        TasksLog.Text(run.Log, "Copying PCP data into archive...");
        var result = await remote.RunAsync(
            RemoteCommand.Words(
                "pmlogextract", "-S", Time(start), "-T", Time(end), CommandWord.Raw($"/var/log/pcp/pmlogger/{ShellQuote.Quote(remote.ShortName)}/*.0"), $"{run.Job.RemoteArchive}/pcp_archive_{remote.ShortName}")
                with { Label = "pmlogextract", CheckStatus = false },
            cancellationToken);
        if (result.ExitStatus != 0)
            TasksLog.Text(run.Log, $"pmlogextract on {remote.ShortName} failed with status {result.ExitStatus}: {result.Stderr.Trim()}");

        static string Time(DateTimeOffset time) => "@ " + time.UtcDateTime.ToString("ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture);
    }

    private static Task WritePageAsync(string folder, string job, Func<string, string> sourceOf, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(Path.Combine(folder, "pcp.html"), PcpGraphs.Page(job, sourceOf), cancellationToken);
}
