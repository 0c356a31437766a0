using Teuthology.Results;
using Teuthology.Server.Pages;

namespace Teuthology.Server;

/// <summary>The pages of jobs.</summary>
internal static class JobPages
{
    private const int Commands = 400;
    private const int History = 20;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/ui/runs/{name}/jobs/{id}", JobAsync);
        routes.MapGet("/ui/runs/{name}/jobs/{id}/log", LogAsync);
    }

    private static async Task<IResult> JobAsync(string name, string id, ResultsStore store, FailureIndex failures, CancellationToken cancellationToken)
    {
        if (await store.JobAsync(Addresses.Read(name), Addresses.Read(id), cancellationToken) is not { } job)
            return Missing(name, id);
        var history = job.Description is { Length: > 0 } description ? await store.JobHistoryAsync(description, History, cancellationToken) : [];
        FailureGroup? failure = null;
        if (job.Status is JobState.Fail or JobState.Dead)
        {
            var summary = Summary(job);
            failure = (await RunPages.GroupsAsync([summary], job.RunName, failures, cancellationToken)).Single();
        }

        var archive = job.ArchivePath is { } path && Directory.Exists(path) ? path : null;
        return PageEndpoints.Page<JobPage>(new JobView(
            job,
            archive is null ? null : JobTimeline.Read(archive),
            archive is null ? null : RemoteCommands.Read(archive, Commands),
            history,
            failure,
            archive is null ? [] : ArchiveEntry.List(archive)));
    }

    private static async Task<IResult> LogAsync(string name, string id, HttpContext context, ResultsStore store, CancellationToken cancellationToken)
    {
        if (await store.JobAsync(Addresses.Read(name), Addresses.Read(id), cancellationToken) is not { } job)
            return Missing(name, id);
        if (job.ArchivePath is not { } archive || !Directory.Exists(archive))
            return PageEndpoints.Missing($"There is no archive of job {job.JobId} in run {job.RunName} on this host.");
        var query = new QueryText(context.Request.Query);
        var (text, log) = (query.Text("q"), Path.Combine(archive, "teuthology.log"));
        try
        {
            if (query.Text("view") == "merged")
                return PageEndpoints.Page<LogPage>(new LogView(job, null, null, MergedLog.Read(archive, query.Text("host"), text, query.Number("skip", 0).Value, cancellationToken), text, false));
        }
        catch (ConfigurationException missing)
        {
            return PageEndpoints.Missing(missing.Message);
        }

        if (text is not null)
            return PageEndpoints.Page<LogPage>(new LogView(job, null, await LogSearch.FindAsync(log, text, cancellationToken), null, text, false));
        var at = LogPosition.Read(query.Text("at"));
        return PageEndpoints.Page<LogPage>(new LogView(job, await LogWindow.ReadAsync(log, at?.Offset, cancellationToken), null, null, null, at is null));
    }

    private static IResult Missing(string name, string id) => PageEndpoints.Missing($"There is no job {Addresses.Read(id)} in run {Addresses.Read(name)}.");

    private static JobSummary Summary(JobRecord job) => new()
    {
        RunName = job.RunName,
        JobId = job.JobId,
        Status = job.Status,
        Description = job.Description,
        FailureReason = job.FailureReason,
        FailureSignature = job.Document["failure_signature"]?.ToString(),
    };
}
