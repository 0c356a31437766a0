using System.Text;
using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary><c>/runs/</c> and <c>/runs/RUN/</c>.</summary>
internal static class RunEndpoints
{
    private const int LongestName = 512;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/runs", [.. Segments.Reads, "PUT", "DELETE"], ListAsync);
        routes.MapPost("/runs", CreateAsync);
        routes.MapMethods("/runs/{name}", [.. Segments.Reads, "PUT", "POST"], GetAsync);
        routes.MapDelete("/runs/{name}", DeleteAsync);
    }

    /// <summary>Where a run is.</summary>
    public static string Address(HttpRequest request, string name) => $"{request.Scheme}://{request.Host}/runs/{Uri.EscapeDataString(name)}/";

    /// <summary>A run as its list shows it.</summary>
    public static JsonObject Wire(RunRecord run, HttpRequest request) => RunWire.Write(run, Address(request, run.Name));

    /// <summary>What is wrong with the name of a run; null when nothing is.</summary>
    public static string? Fault(string name) => name.Length > LongestName
        ? $"the name of a run must have at most {LongestName} characters"
        : name.Any(char.IsControl) ? "the name of a run must not have control characters" : null;

    private static async Task<IResult> ListAsync(HttpRequest request, ResultsStore store, CancellationToken cancellationToken)
    {
        var query = new QueryText(request.Query);
        var asked = new RunQuery { Count = query.Number("count", 25).Value, Page = query.Number("page", 1).Value };
        if (query.Error is not null)
            return Reply.BadRequest(query.Error);
        var runs = await store.RunsAsync(asked, cancellationToken);
        if (query.Text("fields") is not { } fields)
            return Reply.List(runs.Select(run => Wire(run, request)));
        var chosen = RunFields.Of(fields);
        return chosen is null ? Reply.BadRequest("an invalid field was specified") : Reply.List(runs.Select(run => chosen.Write(run, Wire(run, request))));
    }

    private static async Task<IResult> CreateAsync(HttpRequest request, ResultsStore store, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, cancellationToken);
        if (NodeUpdateWire.Text(body, "name", int.MaxValue) is not { Value: { Length: > 0 } name })
            return Reply.BadRequest("could not find required key: 'name'");
        if (Fault(name) is { } fault)
            return Reply.BadRequest(fault);
        return await store.CreateRunAsync(name, cancellationToken) ? Reply.Done() : Reply.BadRequest($"run with name {name} already exists");
    }

    private static async Task<IResult> GetAsync(string name, HttpRequest request, ResultsStore store, CancellationToken cancellationToken)
    {
        name = Segments.Read(name);
        if (await store.RunAsync(name, cancellationToken) is not { } run)
            return Reply.NotFound($"there is no run {name}");
        var text = new StringBuilder(Wire(run, request).ToJsonString());
        text.Length--;
        text.Append(",\"jobs\":");
        var jobs = await store.FindJobsAsync(new JobQuery { Run = name }, cancellationToken);
        JobAnswers.Append(text, jobs.OrderBy(job => job.JobId, StringComparer.Ordinal), request);
        return Reply.Text(text.Append('}').ToString());
    }

    private static async Task<IResult> DeleteAsync(string name, ResultsStore store, CancellationToken cancellationToken) =>
        await store.DeleteRunAsync(Segments.Read(name), cancellationToken) ? Reply.Done() : Reply.NotFound("attempted to delete a non-existent run");
}
