using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>Pages for people: the list of runs, and one run.</summary>
internal static class PageEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", IndexAsync);
        routes.MapGet("/ui/runs/{name}", RunAsync);
    }

    // Programs get the empty object that the results server gives them.
    private static async Task<IResult> IndexAsync(HttpContext context, ResultsStore store, CancellationToken cancellationToken)
    {
        if (!context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal))
            return Reply.Json(new System.Text.Json.Nodes.JsonObject());
        var page = Math.Max(1, new QueryText(context.Request.Query).Number("page", 1) ?? 1);
        var query = new RunQuery { Count = 50, Page = page };
        return Page(context, RunListPage.Render(await store.RunsAsync(query, cancellationToken), query));
    }

    private static async Task<IResult> RunAsync(string name, HttpContext context, ResultsStore store, CancellationToken cancellationToken) =>
        await store.RunAsync(name, cancellationToken) is { } run
            ? Page(context, RunPage.Render(run, await store.JobsAsync(name, cancellationToken)))
            : Reply.NotFound($"there is no run {name}");

    private static IResult Page(HttpContext context, string html)
    {
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
        return Microsoft.AspNetCore.Http.Results.Text(html, "text/html; charset=utf-8");
    }
}
