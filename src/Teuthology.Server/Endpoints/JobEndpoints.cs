using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary><c>/runs/RUN/jobs/</c>, <c>/runs/RUN/jobs/ID/</c> and <c>/jobs/</c>.</summary>
internal static class JobEndpoints
{
    private const int LongestId = 32;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/runs/{name}/jobs", [.. Segments.Reads, "PUT", "DELETE"], ListAsync);
        routes.MapPost("/runs/{name}/jobs", CreateAsync);
        routes.MapMethods("/runs/{name}/jobs/{id}", [.. Segments.Reads, "POST"], GetAsync);
        routes.MapPut("/runs/{name}/jobs/{id}", UpdateAsync);
        routes.MapDelete("/runs/{name}/jobs/{id}", DeleteAsync);
        routes.MapMethods("/runs/{name}/jobs/{id}/teuthology.log", ["GET", "HEAD"], LogAsync);
        routes.Map("/jobs", FindAsync);
    }

    private static async Task<IResult> ListAsync(string name, HttpRequest request, ResultsStore store, CancellationToken cancellationToken)
    {
        name = Segments.Read(name);
        if (await store.RunAsync(name, cancellationToken) is not { } run)
            return Reply.NotFound($"there is no run {name}");
        var query = new QueryText(request.Query);
        var jobs = await store.FindJobsAsync(new JobQuery { Run = name, Status = query.Text("status") }, cancellationToken);
        if (query.Text("fields") is not { } fields)
            return JobAnswers.List(jobs, request);
        if (fields == "run")
            return Reply.List(jobs.Select(_ => new System.Text.Json.Nodes.JsonObject { ["run"] = RunEndpoints.Wire(run, request) }));
        return JobAnswers.Fields(jobs, fields, request) is { } list ? Reply.Json(list) : Reply.BadRequest("an invalid field was specified");
    }

    private static async Task<IResult> CreateAsync(string name, HttpRequest request, ResultsStore store, INodeDirectory nodes, CancellationToken cancellationToken)
    {
        name = Segments.Read(name);
        var body = await JsonBody.ReadAsync(request, cancellationToken);
        if (body.Count == 0)
            return Reply.BadRequest("could not decode JSON body");
        if ((RunEndpoints.Fault(name) ?? JobBody.Fault(body)) is { } fault)
            return Reply.BadRequest(fault);
        JobBody.Strip(body);
        var saved = await store.CreateJobAsync(name, NodeUpdateWire.Text(body, "job_id", LongestId)?.Value, body, cancellationToken);
        if (saved.Outcome == SaveOutcome.Exists)
            return Reply.BadRequest($"job with job_id {saved.JobId} already exists");
        await TargetNodes.EnsureAsync(nodes, saved.NewNodes, body, cancellationToken);
        return Reply.Json(new System.Text.Json.Nodes.JsonObject { ["job_id"] = saved.JobId });
    }

    private static async Task<IResult> GetAsync(string name, string id, HttpRequest request, ResultsStore store, CancellationToken cancellationToken) =>
        await store.JobAsync(Segments.Read(name), Segments.Read(id), cancellationToken) is { } job
            ? JobAnswers.One(job, request)
            : Reply.NotFound($"there is no job {Segments.Read(id)} in run {Segments.Read(name)}");

    private static async Task<IResult> UpdateAsync(string name, string id, HttpRequest request, ResultsStore store, INodeDirectory nodes, CancellationToken cancellationToken)
    {
        (name, id) = (Segments.Read(name), Segments.Read(id));
        var body = await JsonBody.ReadAsync(request, cancellationToken);
        if (JobBody.Fault(body) is { } fault)
            return await store.JobAsync(name, id, cancellationToken) is null ? Missing() : Reply.BadRequest(fault);
        JobBody.Strip(body);
        var saved = await store.UpdateJobAsync(name, id, body, cancellationToken);
        if (saved.Outcome == SaveOutcome.Missing)
            return Missing();
        if (saved.Outcome == SaveOutcome.Exists)
            return Reply.BadRequest($"job with job_id {saved.JobId} already exists");
        await TargetNodes.EnsureAsync(nodes, saved.NewNodes, body, cancellationToken);
        return Reply.Done();

        static IResult Missing() => Reply.NotFound("attempted to update a non-existent job");
    }

    private static async Task<IResult> DeleteAsync(string name, string id, ResultsStore store, CancellationToken cancellationToken) =>
        await store.DeleteJobAsync(Segments.Read(name), Segments.Read(id), cancellationToken)
            ? Reply.Done()
            : Reply.NotFound("attempted to delete a non-existent job");

    private static async Task<IResult> LogAsync(string name, string id, ResultsStore store, ArchiveFiles archives, CancellationToken cancellationToken)
    {
        // The path comes from the store, never from the request; what told the store of it may be anybody.
        var job = await store.JobAsync(Segments.Read(name), Segments.Read(id), cancellationToken);
        return job is not null && archives.Open(job, "teuthology.log") is { } log
            ? Microsoft.AspNetCore.Http.Results.Stream(log, "text/plain; charset=utf-8")
            : Reply.NotFound($"there is no log of job {Segments.Read(id)} in run {Segments.Read(name)}");
    }

    private static async Task<IResult> FindAsync(HttpRequest request, ResultsStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var query = new QueryText(request.Query);
        var sha1 = query.Text("sha1");
        var asked = new JobQuery
        {
            Description = query.Text("description"),
            Status = query.Text("status"),
            Sha1 = sha1,
            Branch = sha1 is null ? query.Text("branch") : null,
            User = query.Text("user"),
            PostedAfter = query.Day("posted_after", time),
            PostedBefore = query.Day("posted_before", time),
            Count = query.Number("count", 10),
            Page = query.Number("page", 1).Value,
        };
        return query.Error is null ? JobAnswers.List(await store.FindJobsAsync(asked, cancellationToken), request) : Reply.BadRequest(query.Error);
    }
}
