using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Teuthology.Results;

/// <summary>The runs and jobs of a server that speaks paddles' calls: ours, or a paddles.</summary>
/// <param name="http">Client; disposed with this.</param>
/// <param name="url">The server's address: <c>results_server</c> of the site's configuration.</param>
/// <param name="patience">How long to try; null as upstream.</param>
/// <exception cref="ConfigurationException">The address is none.</exception>
public sealed class ServerResults(HttpClient http, string url, ServerPatience? patience = null) : IResultsDirectory
{
    private readonly ServerCalls _calls = new(http, url, "results server", patience ?? new ServerPatience());

    // Jobs that the server surely has: these need no POST before the PUT.
    private readonly ConcurrentDictionary<(string Run, string Job), bool> _known = new();

    /// <inheritdoc/>
    public string Place => _calls.Place;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RunRecord>> RunsAsync(RunQuery query, CancellationToken cancellationToken)
    {
        var filters = new (string Name, string? Value)[] { ("branch", query.Branch), ("suite", query.Suite), ("user", query.User) };
        var path = string.Concat(filters.Where(filter => !string.IsNullOrEmpty(filter.Value)).Select(filter => $"{filter.Name}/{Escape(filter.Value!)}/"));
        var paging = string.Create(CultureInfo.InvariantCulture, $"?count={query.Count}&page={query.Page}");
        return Read(await SendAsync(new(HttpMethod.Get, "list runs", $"runs/{path}{paging}"), cancellationToken), RunAnswer.Read);
    }

    /// <inheritdoc/>
    public async Task<RunRecord?> RunAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await _calls.SendAsync(new(HttpMethod.Get, $"read run {name}", PathOf(name)), cancellationToken);
        return answer.Status == HttpStatusCode.NotFound ? null : ReadOne(Checked(answer, $"read run {name}"), RunAnswer.Read);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobRecord>> JobsAsync(string runName, CancellationToken cancellationToken)
    {
        var what = $"list jobs of {runName}";
        var answer = await _calls.SendAsync(new(HttpMethod.Get, what, $"{PathOf(runName)}jobs/"), cancellationToken);
        return answer.Status == HttpStatusCode.NotFound
            ? []
            : [.. Read(Checked(answer, what), job => JobAnswer.Read(job, runName)).OrderBy(job => job.JobId.Length).ThenBy(job => job.JobId, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async Task<JobRecord?> JobAsync(string runName, string jobId, CancellationToken cancellationToken)
    {
        var what = $"read job {runName}/{jobId}";
        var answer = await _calls.SendAsync(new(HttpMethod.Get, what, PathOf(runName, jobId)), cancellationToken);
        return answer.Status == HttpStatusCode.NotFound ? null : ReadOne(Checked(answer, what), job => JobAnswer.Read(job, runName));
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobRecord>> JobsOfNodeAsync(string node, int count, CancellationToken cancellationToken)
    {
        var what = $"list jobs of {node}";
        var answer = await _calls.SendAsync(new(HttpMethod.Get, what, string.Create(CultureInfo.InvariantCulture, $"nodes/{Escape(node)}/jobs/?count={count}")), cancellationToken);
        return answer.Status == HttpStatusCode.NotFound ? [] : Read(Checked(answer, what), job => JobAnswer.Read(job, job?["name"]?.ToString() ?? ""));
    }

    /// <inheritdoc/>
    public async Task SaveJobAsync(string runName, string jobId, JsonObject told, CancellationToken cancellationToken)
    {
        var body = (JsonObject)told.DeepClone();
        body["name"] = runName;
        body["job_id"] = jobId;
        var what = $"report job {runName}/{jobId}";
        var put = new ServerCall(HttpMethod.Put, what, PathOf(runName, jobId), body);
        if (_known.ContainsKey((runName, jobId)))
        {
            var changed = await _calls.SendAsync(put, cancellationToken);
            if (changed.Status != HttpStatusCode.NotFound)
            {
                Checked(changed, what);
                return;
            }
        }

        var made = await _calls.SendAsync(new(HttpMethod.Post, what, $"{PathOf(runName)}jobs/", body), cancellationToken);
        Checked(IsThere(made) ? await _calls.SendAsync(put, cancellationToken) : made, what);
        _known[(runName, jobId)] = true;
    }

    /// <inheritdoc/>
    public Task<bool> DeleteRunAsync(string name, CancellationToken cancellationToken) => DeleteAsync($"delete run {name}", PathOf(name), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> DeleteJobAsync(string runName, string jobId, CancellationToken cancellationToken)
    {
        _known.TryRemove((runName, jobId), out _);
        return DeleteAsync($"delete job {runName}/{jobId}", PathOf(runName, jobId), cancellationToken);
    }

    /// <summary>Closes the connections.</summary>
    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    // Upstream's clients know it by this end alone.
    private static bool IsThere(ServerAnswer answer) =>
        answer.Status == HttpStatusCode.BadRequest && answer.Message.EndsWith("already exists", StringComparison.Ordinal);

    // Colons may stay as they are: run names are full of them, and logs easier to read.
    private static string Escape(string text) => Uri.EscapeDataString(text).Replace("%3A", ":", StringComparison.Ordinal);

    private static string PathOf(string run) => $"runs/{Escape(run)}/";

    private static string PathOf(string run, string job) => $"{PathOf(run)}jobs/{Escape(job)}/";

    private async Task<bool> DeleteAsync(string what, string path, CancellationToken cancellationToken)
    {
        var answer = await _calls.SendAsync(new(HttpMethod.Delete, what, path), cancellationToken);
        if (answer.Status == HttpStatusCode.NotFound)
            return false;
        Checked(answer, what);
        return true;
    }

    private async Task<JsonNode?> SendAsync(ServerCall call, CancellationToken cancellationToken) => Checked(await _calls.SendAsync(call, cancellationToken), call.What);

    private JsonNode? Checked(ServerAnswer answer, string what) => answer.Ok
        ? answer.Body
        : throw new TeuthologyException(
            FailureKind.Infrastructure,
            $"results server {Place}: cannot {what}: {(answer.Message.Length > 0 ? answer.Message : $"it answers {(int)answer.Status}")}");

    private IReadOnlyList<T> Read<T>(JsonNode? answer, Func<JsonNode?, T> read) =>
        answer is JsonArray list ? [.. list.Select(item => ReadOne(item, read))] : throw NoPaddles("no list");

    private T ReadOne<T>(JsonNode? answer, Func<JsonNode?, T> read)
    {
        try
        {
            return read(answer);
        }
        catch (FormatException e)
        {
            throw NoPaddles(e.Message);
        }
    }

    private TeuthologyException NoPaddles(string what) =>
        new(FailureKind.Infrastructure, $"results server {Place} answers {what}: is it a server that knows /runs/?");
}
