using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>
/// Walks the main pages in the process itself after each start, beside the first requests: what renders them is compiled then, connections are open, the
/// failures are read, and whoever comes first waits no longer than others.
/// </summary>
/// <param name="store">Tells what there is to look at.</param>
/// <param name="nodes">Tells of a machine.</param>
/// <param name="services">Of the requests.</param>
/// <param name="lifetime">Of the server.</param>
/// <param name="log">Told when a page could not be walked.</param>
internal sealed partial class PageWarmth(
    ResultsStore store, LeaseStore nodes, IServiceProvider services, IHostApplicationLifetime lifetime, ILogger<PageWarmth> log) : BackgroundService
{
    private const int Rounds = 3;
    private const int LargestRun = 2000;

    /// <summary>What answers requests.</summary>
    public RequestDelegate? Pipeline { get; set; }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (lifetime.ApplicationStarted.Register(started.SetResult))
            await started.Task.WaitAsync(stoppingToken);
        try
        {
            var pages = await PagesAsync(stoppingToken);
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var (path, query) in pages)
                    await WalkAsync(path, query, stoppingToken);
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            // Nobody asked for these pages.
            LogCold(log, failure.Message);
        }
    }

    private async Task<List<(string Path, string Query)>> PagesAsync(CancellationToken cancellationToken)
    {
        List<(string, string)> pages = [("/ui/runs", ""), ("/ui/nodes", ""), ("/ui/queue", ""), ("/ui/failures", ""), ("/ui/suites", "")];
        var runs = await store.RunsAsync(new RunQuery { Count = RunFilter.Count }, cancellationToken);
        if (runs.Where(run => run.JobsCount <= LargestRun).MaxBy(run => run.JobsCount) is { } run)
        {
            pages.AddRange([(Addresses.Run(run.Name), ""), (Addresses.Run(run.Name), "?status=fail"), ("/ui/compare", $"?a={Addresses.Part(run.Name)}&b={Addresses.Part(run.Name)}")]);
            if (run.Suite.Length > 0)
                pages.Add((Addresses.Suite(run.Suite), ""));
            if ((await store.JobSummariesAsync(run.Name, cancellationToken)).MaxBy(job => job.FailureReason is not null) is { } job)
                pages.AddRange([(Addresses.Job(run.Name, job.JobId), ""), (Addresses.Log(run.Name, job.JobId), "")]);
        }

        if ((await nodes.ListAsync(cancellationToken)).FirstOrDefault() is { } node)
            pages.Add((Addresses.Node(node.Name), ""));
        return pages;
    }

    private async Task WalkAsync(string path, string query, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Method = HttpMethods.Get,
            Scheme = Uri.UriSchemeHttp,
            Path = Uri.UnescapeDataString(path),
            QueryString = query,
            Headers = new HeaderDictionary { [HeaderNames.Accept] = "text/html", [HeaderNames.Host] = "localhost" },
        });
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        features.Set<IHttpRequestLifetimeFeature>(new HttpRequestLifetimeFeature { RequestAborted = cancellationToken });
        await Pipeline!(new DefaultHttpContext(features) { RequestServices = scope.ServiceProvider });
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "the pages were not walked to the end after the start: {Reason}")]
    private static partial void LogCold(ILogger log, string reason);
}
