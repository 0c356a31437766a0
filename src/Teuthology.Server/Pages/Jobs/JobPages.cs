using Teuthology.Results;
using Teuthology.Server.Pages;

namespace Teuthology.Server;

/// <summary>The pages of jobs.</summary>
internal static class JobPages
{
    private const int History = 20;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/ui/runs/{name}/jobs/{id}", JobAsync);
        routes.MapGet("/ui/runs/{name}/jobs/{id}/log", LogAsync);
        routes.MapGet("/ui/runs/{name}/jobs/{id}/diff", DiffAsync);
        routes.MapGet("/ui/runs/{name}/jobs/{id}/files/{**path}", FileAsync);
    }

    private static async Task<IResult> JobAsync(string name, string id, ResultsStore store, Failures failures, ArchiveFiles archives, RecentTimelines timelines, CancellationToken cancellationToken)
    {
        if (await store.JobAsync(Addresses.Read(name), Addresses.Read(id), cancellationToken) is not { } job)
            return Missing(name, id);
        var history = job.Description is { Length: > 0 } description ? await store.JobHistoryAsync(description, History, cancellationToken) : [];
        FailureGroup? failure = null;
        if (job.Status is JobState.Fail or JobState.Dead)
            failure = (await failures.GroupsAsync([JobSummary.Of(job)], job.RunName, cancellationToken)).Single();

        var archive = JobFiles.Of(job, archives)?.Directory;
        var (timeline, commands) = archive is null ? (null, null) : await timelines.ReadAsync(archive, cancellationToken);
        return PageEndpoints.Page<JobPage>(new JobView(
            job,
            timeline,
            commands,
            history,
            failure,
            archive is null ? [] : ArchiveEntry.List(archive)));
    }

    private static async Task<IResult> LogAsync(string name, string id, HttpContext context, ResultsStore store, ArchiveFiles archives, CancellationToken cancellationToken)
    {
        if (await store.JobAsync(Addresses.Read(name), Addresses.Read(id), cancellationToken) is not { } job)
            return Missing(name, id);
        if (JobFiles.Of(job, archives) is not { } files)
            return PageEndpoints.Missing($"There is no archive of job {job.JobId} in run {job.RunName} that this server may show.");
        var query = new QueryText(context.Request.Query);
        var (text, log) = (query.Text("q"), files.Log);
        try
        {
            if (query.Text("view") == "merged")
                return PageEndpoints.Page<LogPage>(new LogView(job, null, null, MergedLog.Read(files.Directory, query.Text("host"), text, query.Number("skip", 0).Value, cancellationToken), text, false));
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

    private static async Task<IResult> DiffAsync(string name, string id, ResultsStore store, ArchiveFiles archives, CancellationToken cancellationToken)
    {
        if (await store.JobAsync(Addresses.Read(name), Addresses.Read(id), cancellationToken) is not { } job)
            return Missing(name, id);
        var history = job.Description is { Length: > 0 } description ? await store.JobHistoryAsync(description, History, cancellationToken) : [];
        var pass = history.FirstOrDefault(other => other.Status == JobState.Pass && (other.RunName, other.JobId) != (job.RunName, job.JobId) && other.ArchivePath is not null);
        if (pass is null || await store.JobAsync(pass.RunName, pass.JobId, cancellationToken) is not { } passed || JobFiles.Of(passed, archives) is not { } before || JobFiles.Of(job, archives) is not { } now)
            return PageEndpoints.Missing($"There is nothing to compare job {job.JobId} of {job.RunName} with: no other job of its description passed, as far as the last {History} tell.");
        return PageEndpoints.Page<DiffPage>(new DiffView(job, pass, await LogDiff.MakeAsync(before.Log, now.Log, cancellationToken)));
    }

    private static async Task<IResult> FileAsync(string name, string id, string path, ResultsStore store, ArchiveFiles archives, CancellationToken cancellationToken)
    {
        if (await store.JobAsync(Addresses.Read(name), Addresses.Read(id), cancellationToken) is not { } job)
            return Missing(name, id);
        return archives.Find(job, path) is FileInfo file ? new ArchiveFile(file.FullName) : PageEndpoints.Missing($"There is no file {path} in the archive.");
    }

    private static IResult Missing(string name, string id) => PageEndpoints.Missing($"There is no job {Addresses.Read(id)} in run {Addresses.Read(name)}.");
}
