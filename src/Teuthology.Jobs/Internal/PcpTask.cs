using Microsoft.Extensions.Logging;

namespace Teuthology.Jobs;

/// <summary><c>pcp</c>: where the site has a <c>pcp_host</c>, the summary links to its graphs of the job's time, <c>pcp_grafana_url</c>.</summary>
internal sealed class PcpTask : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var job = run.Job;
        if (job.Options.Site.PcpHost is not { } host)
            return Task.CompletedTask;
        var start = job.Time.GetUtcNow();
        run.Defer("link to the performance data", (_, _) =>
        {
            job.Summary["pcp_grafana_url"] = UrlOf(host, job, start, job.Time.GetUtcNow());
            return Task.CompletedTask;
        });
        JobLog.Note(run.Log, $"performance data: {UrlOf(host, job, start, null)}");
        return Task.CompletedTask;
    }

    private static string UrlOf(string host, JobContext job, DateTimeOffset from, DateTimeOffset? to)
    {
        const string time = "yyyy-MM-dd'T'HH:mm:ss";
        var hosts = Uri.EscapeDataString(string.Join(',', job.Cluster.Remotes.Select(r => r.ShortName)));
        return $"http://{host}:44323/grafana/index.html#/dashboard/script/index.js?hosts={hosts}&time_from={Uri.EscapeDataString(from.ToString(time))}"
            + (to is { } end ? $"&time_to={Uri.EscapeDataString(end.ToString(time))}" : "");
    }
}
