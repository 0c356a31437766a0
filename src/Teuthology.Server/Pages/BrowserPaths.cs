using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>Leads browsers from the addresses of the results server, and from those of upstream's pages, to ours. Programs stay where they are.</summary>
internal static class BrowserPaths
{
    /// <summary>Before routing: <c>/runs/…</c> and <c>/nodes/…</c>.</summary>
    public static Task LeadAsync(HttpContext context, RequestDelegate next)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || !PageEndpoints.IsBrowser(context.Request) || PageOf(context.Request.Path.ToUriComponent()) is not { } page)
            return next(context);
        context.Response.Headers.Vary = "Accept";
        context.Response.Redirect(page);
        return Task.CompletedTask;
    }

    /// <summary>Where nothing else is: upstream's pages have runs at <c>/RUN/</c> and jobs at <c>/RUN/JOB/</c>, which mails and reports link to.</summary>
    public static async Task<IResult> FallbackAsync(HttpContext context, ResultsStore store, CancellationToken cancellationToken)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || !PageEndpoints.IsBrowser(context.Request))
            return Reply.NotFound("there is nothing at this address");
        var parts = context.Request.Path.Value!.Trim('/').Split('/');
        if (parts is [{ Length: > 0 } run] && await store.RunAsync(run, cancellationToken) is not null)
            return Microsoft.AspNetCore.Http.Results.Redirect(Addresses.Run(run));
        if (parts is [{ Length: > 0 } name, { Length: > 0 } job] && await store.JobAsync(name, job, cancellationToken) is not null)
            return Microsoft.AspNetCore.Http.Results.Redirect(Addresses.Job(name, job));
        return PageEndpoints.Missing("There is nothing at this address.");
    }

    private static string? PageOf(string path) => path.TrimEnd('/').Split('/') switch
    {
        ["", "runs" or "nodes"] or ["", "runs", not ("branch" or "suite" or "status" or "machine_type" or "date" or "sha1" or "queued")] or ["", "runs", _, "jobs", _] => $"/ui{path.TrimEnd('/')}",
        ["", "nodes", not ("machine_types" or "job_stats")] => $"/ui{path.TrimEnd('/')}",
        _ => null,
    };
}
