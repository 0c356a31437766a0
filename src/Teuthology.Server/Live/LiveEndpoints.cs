using System.Globalization;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary><c>/ui/live/…</c>: server-sent events about what pages show.</summary>
internal static class LiveEndpoints
{
    /// <summary>For what the store does not tell of: files that grow, machines, a queue elsewhere.</summary>
    public static readonly TimeSpan OnceASecond = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WhenTold = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/ui/live/runs", (HttpContext context, ResultsStore store) =>
            ChangesAsync(context, "runs", WhenTold, async token => StateOf(await store.RunsAsync(new RunQuery { Count = RunFilter.Count }, token))));
        routes.MapGet("/ui/live/runs/{name}", RunAsync);
        routes.MapGet("/ui/live/runs/{name}/jobs/{id}", JobAsync);
        routes.MapGet("/ui/live/runs/{name}/jobs/{id}/log", LogAsync);
        routes.MapGet("/ui/live/nodes", (HttpContext context, LeaseStore nodes) =>
            ChangesAsync(context, "nodes", OnceASecond, async token => StateOf(await nodes.ListAsync(token))));
    }

    private static string StateOf(IEnumerable<RunRecord> runs)
    {
        var hash = new HashCode();
        foreach (var run in runs)
            hash.Add(run.Name + WatchedRuns.StateOf(run));
        return hash.ToHashCode().ToString("x", CultureInfo.InvariantCulture);
    }

    // A heartbeat alone is no change that anybody wants to see.
    private static string StateOf(IEnumerable<NodeRecord> nodes)
    {
        var hash = new HashCode();
        foreach (var node in nodes)
            hash.Add(node with { HeartbeatAt = null, ExpiresAt = node.Controller is null ? node.ExpiresAt : null });
        return hash.ToHashCode().ToString("x", CultureInfo.InvariantCulture);
    }

    private static Task RunAsync(string name, HttpContext context, WatchedRuns runs)
    {
        name = Addresses.Read(name);
        return ChangesAsync(context, $"run {name}", WhenTold, token => runs.StateAsync(name, token));
    }

    private static Task JobAsync(string name, string id, HttpContext context, WatchedJobs jobs, ArchiveFiles archives)
    {
        (name, id) = (Addresses.Read(name), Addresses.Read(id));
        return ChangesAsync(context, $"job {name}/{id}", OnceASecond, jobs.Watch(name, id, archives));
    }

    /// <summary>Tells a browser of each change of a topic.</summary>
    public static async Task ChangesAsync(HttpContext context, string topic, TimeSpan longest, Func<CancellationToken, Task<string>> state)
    {
        using var ends = Ends(context);
        var topics = context.RequestServices.GetRequiredService<ChangeTopics>();
        var stream = new EventStream(context.Response);
        var subject = topics.Join(topic, longest, state);
        try
        {
            await stream.BeginAsync(ends.Token);
            var known = Since(context) ?? await subject.WaitAsync(null, Beat, ends.Token);
            while (true)
            {
                var now = await subject.WaitAsync(known, Beat, ends.Token);
                if (now is null || now == known)
                    await stream.BeatAsync(ends.Token);
                else
                    await stream.SendAsync(EventStream.Event("change", known = now, "{}"), ends.Token);
            }
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The browser has gone, or the server stops.
        }
        finally
        {
            topics.Leave(topic);
        }
    }

    private static async Task<IResult> LogAsync(string name, string id, HttpContext context, ResultsStore store, LogTails tails, WatchedJobs jobs, ArchiveFiles archives, CancellationToken cancellationToken)
    {
        (name, id) = (Addresses.Read(name), Addresses.Read(id));
        if (await store.JobAsync(name, id, cancellationToken) is not { } job || JobFiles.Of(job, archives) is not { Log: var path })
            return Reply.NotFound($"there is no log of job {id} in run {name}");
        using var ends = Ends(context);
        var tail = tails.Join(path, jobs.Runs(name, id));
        try
        {
            var stream = new EventStream(context.Response);
            await stream.BeginAsync(ends.Token);
            await FollowAsync(tail, stream, LogPosition.Read(Since(context)) ?? default, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The browser has gone, or the server stops.
        }
        finally
        {
            tails.Leave(path);
        }

        return Microsoft.AspNetCore.Http.Results.Empty;
    }

    private static async Task FollowAsync(LogTail tail, EventStream stream, LogPosition at, CancellationToken cancellationToken)
    {
        at = tail.Place(at);
        var seen = new LogLength(-1, Final: false, Beginnings: 0);
        while (!seen.Final)
        {
            var now = await tail.WaitAsync(seen, Beat, cancellationToken);
            if (now == seen)
                await stream.BeatAsync(cancellationToken);
            var anew = seen.Bytes >= 0 && now.Beginnings != seen.Beginnings;
            seen = now;
            if (anew)
                await stream.SendAsync(EventStream.Event("again", (at = default).ToString(), "{}"), cancellationToken);
            while (await tail.ReadAsync(at, cancellationToken) is { } chunk)
            {
                await stream.SendAsync(chunk.Bytes, cancellationToken);
                at = chunk.End;
            }
        }

        await stream.SendAsync(EventStream.Event("end", at.ToString(), "{}"), cancellationToken);
    }

    // What the browser says after a break beats what its page was made with.
    private static string? Since(HttpContext context) =>
        context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last ? last : new QueryText(context.Request.Query).Text("since");

    private static CancellationTokenSource Ends(HttpContext context) => CancellationTokenSource.CreateLinkedTokenSource(
        context.RequestAborted, context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
}
