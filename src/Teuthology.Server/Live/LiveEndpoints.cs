using System.Globalization;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary><c>/ui/live/…</c>: server-sent events about what pages show.</summary>
internal static class LiveEndpoints
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/ui/live/runs", (HttpContext context, ResultsStore store) =>
            ChangesAsync(context, "runs", async token => StateOf(await store.RunsAsync(new RunQuery { Count = RunFilter.Count }, token))));
        routes.MapGet("/ui/live/runs/{name}", RunAsync);
        routes.MapGet("/ui/live/runs/{name}/jobs/{id}", JobAsync);
        routes.MapGet("/ui/live/runs/{name}/jobs/{id}/log", LogAsync);
        routes.MapGet("/ui/live/nodes", (HttpContext context, LeaseStore nodes) =>
            ChangesAsync(context, "nodes", async token => StateOf(await nodes.ListAsync(token))));
    }

    /// <summary>A text that changes with a run.</summary>
    public static string StateOf(RunRecord? run) => run is null
        ? "gone"
        : string.Create(CultureInfo.InvariantCulture, $"{run.Updated.Ticks:x}.{string.Join('.', run.Results.OrderBy(state => state.Key, StringComparer.Ordinal).Select(state => state.Value))}");

    private static string StateOf(IEnumerable<RunRecord> runs)
    {
        var hash = new HashCode();
        foreach (var run in runs)
            hash.Add(run.Name + StateOf(run));
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

    private static Task RunAsync(string name, HttpContext context, ResultsStore store)
    {
        name = Addresses.Read(name);
        return ChangesAsync(context, $"run {name}", async token => StateOf(await store.RunAsync(name, token)));
    }

    private static Task JobAsync(string name, string id, HttpContext context, ResultsStore store)
    {
        (name, id) = (Addresses.Read(name), Addresses.Read(id));
        return ChangesAsync(context, $"job {name}/{id}", async token => await store.JobAsync(name, id, token) is { } job
            ? $"{job.Status}.{job.Updated.Ticks:x}.{(job.ArchivePath is { } archive && new FileInfo(Path.Combine(archive, "events.jsonl")) is { Exists: true } events ? events.Length : 0):x}"
            : "gone");
    }

    /// <summary>Tells a browser of each change of a topic.</summary>
    public static async Task ChangesAsync(HttpContext context, string topic, Func<CancellationToken, Task<string>> state)
    {
        using var ends = Ends(context);
        var topics = context.RequestServices.GetRequiredService<ChangeTopics>();
        var stream = new EventStream(context.Response);
        var subject = topics.Join(topic, state);
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

    private static async Task<IResult> LogAsync(string name, string id, HttpContext context, ResultsStore store, LogTails tails, ArchiveFiles archives, CancellationToken cancellationToken)
    {
        (name, id) = (Addresses.Read(name), Addresses.Read(id));
        if (await store.JobAsync(name, id, cancellationToken) is not { } job || JobFiles.Of(job, archives) is not { Log: var path })
            return Reply.NotFound($"there is no log of job {id} in run {name}");
        using var ends = Ends(context);
        var tail = tails.Join(path, async token => await store.JobAsync(name, id, token) is { } now && JobState.IsUnfinished(now.Status));
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
        var seen = new LogLength(-1, Final: false);
        while (!seen.Final)
        {
            var now = await tail.WaitAsync(seen, Beat, cancellationToken);
            if (now == seen)
                await stream.BeatAsync(cancellationToken);
            seen = now;
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
