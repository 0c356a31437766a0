using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary>Whether jobs are over, as a results server or the results of this host tell it.</summary>
internal sealed class JobStates : IDisposable
{
    private readonly Func<StaleJob, CancellationToken, Task<(string Status, DateTimeOffset Updated)?>> _ask;
    private readonly TimeProvider _time;
    private readonly HttpClient? _http;

    private JobStates(Terminal terminal, string? url)
    {
        _time = terminal.Time;
        if (url is null)
        {
            _ask = (job, ct) => AskHereAsync(terminal, job, ct);
            return;
        }

        _http = new HttpClient();
        _ask = (job, ct) => AskAsync(_http, url, job, ct);
    }

    /// <summary>Opens what knows the jobs of a directory's machines.</summary>
    public static JobStates Open(Terminal terminal, SiteConfig site, INodeDirectory directory) =>
        new(terminal, site.All.Get("results_server") is string { Length: > 0 } url ? url : directory is StoreDirectory ? null : directory.Place);

    /// <summary>Whether a job ended so long ago; one that nobody knows did not.</summary>
    /// <exception cref="TeuthologyException">The server does not answer.</exception>
    public async Task<bool> EndedAsync(StaleJob job, TimeSpan grace, CancellationToken cancellationToken) =>
        await _ask(job, cancellationToken) is { Status: JobState.Pass or JobState.Fail or JobState.Dead } known && _time.GetUtcNow() - known.Updated >= grace;

    public void Dispose() => _http?.Dispose();

    private static async Task<(string Status, DateTimeOffset Updated)?> AskHereAsync(Terminal terminal, StaleJob job, CancellationToken cancellationToken)
    {
        var store = await LabSettings.ResultsAsync(terminal, cancellationToken);
        return await store.JobAsync(job.Run, job.JobId, cancellationToken) is { } known ? (known.Status, new DateTimeOffset(known.Updated, TimeSpan.Zero)) : null;
    }

    private static async Task<(string Status, DateTimeOffset Updated)?> AskAsync(HttpClient http, string url, StaleJob job, CancellationToken cancellationToken)
    {
        var address = $"{url.TrimEnd('/')}/runs/{Uri.EscapeDataString(job.Run)}/jobs/{Uri.EscapeDataString(job.JobId)}/";
        try
        {
            using var answer = await http.GetAsync(address, cancellationToken);
            if (answer.StatusCode == HttpStatusCode.NotFound)
                return null;
            answer.EnsureSuccessStatusCode();
            var told = await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
            return told is not null && WireTime.TryParse((string?)told["updated"], out var updated)
                ? ((string?)told["status"] ?? "", updated)
                : throw new TeuthologyException(FailureKind.Infrastructure, $"{address} does not tell when the job changed last: is it a results server?");
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or InvalidOperationException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"cannot read the state of job {job.Run}/{job.JobId} from {url}: {e.Message}", e);
        }
    }
}
