using System.Text.Json.Nodes;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary><c>/runs/</c>: runs and their jobs.</summary>
internal static class RunEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/runs", ListAsync);
        routes.MapGet("/runs/{name}", GetAsync);
        routes.MapGet("/runs/{name}/jobs", JobsAsync);
        routes.MapGet("/runs/{name}/jobs/{id}", JobAsync);
        routes.MapGet("/runs/{name}/jobs/{id}/teuthology.log", LogAsync);
    }

    private static async Task<IResult> ListAsync(HttpRequest request, ResultsStore store, CancellationToken cancellationToken)
    {
        var query = new QueryText(request.Query);
        var runs = new RunQuery { Count = query.Number("count", 25) ?? 25, Page = query.Number("page", 1) ?? 1 };
        return query.Error is not null
            ? Reply.BadRequest(query.Error)
            : Reply.List((await store.RunsAsync(runs, cancellationToken)).Select(run => RunWire.Write(run, RunAddress(request, run.Name))));
    }

    private static async Task<IResult> GetAsync(string name, HttpRequest request, ResultsStore store, CancellationToken cancellationToken)
    {
        if (await store.RunAsync(name, cancellationToken) is not { } run)
            return Reply.NotFound($"there is no run {name}");
        var wire = RunWire.Write(run, RunAddress(request, name));
        var jobs = await store.JobsAsync(name, cancellationToken);
        wire["jobs"] = new JsonArray([.. jobs.OrderBy(job => job.JobId, StringComparer.Ordinal).Select(job => Wire(job, request))]);
        return Reply.Json(wire);
    }

    private static async Task<IResult> JobsAsync(string name, HttpRequest request, ResultsStore store, CancellationToken cancellationToken)
    {
        if (await store.RunAsync(name, cancellationToken) is null)
            return Reply.NotFound($"there is no run {name}");
        var query = new QueryText(request.Query);
        var status = query.Text("status");
        var fields = query.Text("fields")?.Split(',');
        var jobs = (await store.JobsAsync(name, cancellationToken)).OrderByDescending(job => job.Posted)
            .Select(job => Wire(job, request)).Where(job => status is null || (string?)job["status"] == status).ToList();
        if (fields is not null && jobs.Exists(job => fields.Any(field => !job.ContainsKey(field))))
            return Reply.BadRequest("an invalid field was specified");
        return Reply.List(jobs.Select(job => fields is null ? job : Only(job, fields)));
    }

    private static async Task<IResult> JobAsync(string name, string id, HttpRequest request, ResultsStore store, CancellationToken cancellationToken) =>
        await store.JobAsync(name, id, cancellationToken) is { } job
            ? Reply.Json(Wire(job, request))
            : Reply.NotFound($"there is no job {id} in run {name}");

    private static async Task<IResult> LogAsync(string name, string id, ResultsStore store, CancellationToken cancellationToken)
    {
        // The path comes from the store, never from the request.
        var job = await store.JobAsync(name, id, cancellationToken);
        var log = job?.ArchivePath is { } archive ? Path.Combine(archive, "teuthology.log") : null;
        return File.Exists(log)
            ? Microsoft.AspNetCore.Http.Results.Stream(
                new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, useAsync: true),
                "text/plain; charset=utf-8")
            : Reply.NotFound($"there is no log of job {id} in run {name}");
    }

    private static JsonObject Only(JsonObject job, string[] fields) =>
        new(fields.Distinct().Select(field => KeyValuePair.Create(field, job[field]?.DeepClone())));

    internal static JsonObject Wire(JobRecord job, HttpRequest request) =>
        JobWire.Write(job, $"{RunAddress(request, job.RunName)}jobs/{Uri.EscapeDataString(job.JobId)}/teuthology.log");

    private static string RunAddress(HttpRequest request, string name) =>
        $"{request.Scheme}://{request.Host}/runs/{Uri.EscapeDataString(name)}/";
}
