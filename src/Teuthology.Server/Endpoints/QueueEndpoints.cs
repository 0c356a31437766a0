using System.Globalization;
using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary><c>/queue/</c>: queues by name, which can be paused, and the jobs that say that they are in one.</summary>
internal static class QueueEndpoints
{
    private const string NoQueue = "could not find required key: 'queue'";
    private const string Unknown = "specified queue does not exist";
    private const double LongestPause = 315_360_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/queue", [.. Segments.Reads, "DELETE"], ListAsync);
        routes.MapPost("/queue", CreateAsync);
        routes.MapPut("/queue", UpdateAsync);
        routes.Map("/queue/pop_queue", PopAsync);
        routes.Map("/queue/stats", StatsAsync);
        routes.Map("/queue/queued_jobs", JobsAsync);
    }

    private static async Task<IResult> ListAsync(HttpRequest request, ResultsStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var query = new QueryText(request.Query);
        var type = query.Text("machine_type");
        var name = type?.Contains('|') == true ? "multi" : type;
        var by = query.Text("paused_by");
        return Reply.List((await store.QueuesAsync(cancellationToken))
            .Where(queue => (name is null || queue.Name == name) && (by is null || queue.PausedBy == by))
            .Select(queue => Wire(queue, time)));
    }

    private static async Task<IResult> CreateAsync(HttpRequest request, ResultsStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, cancellationToken);
        if (Name(body) is not { } name)
            return Reply.BadRequest(NoQueue);
        return await store.CreateQueueAsync(Change(new NamedQueue(name), body, time), cancellationToken) ? Reply.Done() : Reply.BadRequest($"Queue {name} already exists");
    }

    private static async Task<IResult> UpdateAsync(HttpRequest request, ResultsStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, cancellationToken);
        if (Name(body) is not { } name)
            return Reply.BadRequest(NoQueue);
        if (await FindAsync(store, name, cancellationToken) is not { } queue)
            return Reply.BadRequest(Unknown);
        await store.SaveQueueAsync(Change(queue, body, time), cancellationToken);
        return Reply.Done();
    }

    private static async Task<IResult> PopAsync(HttpRequest request, ResultsStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        if (new QueryText(request.Query).Text("queue") is not { } name)
            return Reply.BadRequest(NoQueue);
        if (await FindAsync(store, name, cancellationToken) is not { } queue)
            return Reply.Text("null");
        if (queue.IsPaused(time.GetUtcNow().UtcDateTime))
            return Reply.Refused(new NodeRefusedException(NodeRefusal.Insufficient, "queue is paused, cannot retrieve job"));
        return await store.PopJobAsync(name, cancellationToken) is { } job ? JobAnswers.One(job, request) : Reply.Text("null");
    }

    private static async Task<IResult> StatsAsync(HttpRequest request, ResultsStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var name = new QueryText(request.Query).Text("queue") ?? (request.Method is "POST" or "PUT" ? Name(await JsonBody.ReadAsync(request, cancellationToken)) : null);
        if (name is null)
            return Reply.BadRequest(NoQueue);
        if (await FindAsync(store, name, cancellationToken) is not { } queue)
            return Reply.BadRequest(Unknown);
        var jobs = (await store.CountJobsAsync(new JobQuery { Queue = name, Status = JobState.Queued }, cancellationToken)).GetValueOrDefault(JobState.Queued);
        if (!queue.IsPaused(time.GetUtcNow().UtcDateTime))
            return Reply.Json(new JsonObject { ["queue"] = name, ["queued_jobs"] = jobs, ["paused"] = false });
        var wire = Wire(queue, time);
        wire["queued_jobs"] = jobs;
        return Reply.Json(wire);
    }

    private static async Task<IResult> JobsAsync(HttpRequest request, ResultsStore store, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, cancellationToken);
        if (Name(body) is not { } name)
            return Reply.BadRequest(NoQueue);
        if (await FindAsync(store, name, cancellationToken) is null)
            return Reply.BadRequest(Unknown);
        var query = new QueryText(request.Query);
        var run = query.Text("run_name");
        var asked = new JobQuery { Status = JobState.Queued, Run = run, Queue = run is null ? name : null, User = run is null ? query.Text("user") : null };
        return JobAnswers.List((await store.FindJobsAsync(asked, cancellationToken)).Reverse(), request);
    }

    private static NamedQueue Change(NamedQueue queue, JsonObject body, TimeProvider time)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var by = NodeUpdateWire.Text(body, "paused_by", 64);
        var pausing = body.TryGetPropertyValue("pause_duration", out var duration);
        if (pausing && queue.IsPaused(now))
            throw new NodeRefusedException(NodeRefusal.Conflict, "Cannot pause an already-paused queue");
        if (pausing && string.IsNullOrEmpty(by?.Value))
            throw new NodeRefusedException(NodeRefusal.Invalid, "Cannot pause without specifying paused_by");
        if (by is { } told)
            queue = queue with { PausedBy = told.Value };
        if (NodeUpdateWire.Text(body, "paused_until", 32) is { } until)
            queue = queue with { PausedUntil = Time("paused_until", until.Value) };
        if (NodeUpdateWire.Text(body, "paused_since", 32) is { } since)
            queue = queue with { PausedSince = Time("paused_since", since.Value) };
        return pausing ? queue with { PausedSince = now, PausedUntil = now + Pause(duration) } : queue;
    }

    private static TimeSpan Pause(JsonNode? duration) =>
        duration is JsonValue && double.TryParse(duration.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) <= LongestPause
            ? TimeSpan.FromSeconds(seconds)
            : throw new NodeRefusedException(NodeRefusal.Invalid, "pause_duration must be a number of seconds");

    private static DateTime? Time(string key, string? text) => text is null
        ? null
        : WireTime.TryParse(text, out var time) ? time.UtcDateTime : throw new NodeRefusedException(NodeRefusal.Invalid, $"{key} must be a time, YYYY-MM-DD HH:MM:SS");

    private static string? Name(JsonObject body) => NodeUpdateWire.Text(body, "queue", 32) is { Value: { Length: > 0 } name } ? name : null;

    private static async Task<NamedQueue?> FindAsync(ResultsStore store, string name, CancellationToken cancellationToken) =>
        (await store.QueuesAsync(cancellationToken)).FirstOrDefault(queue => queue.Name == name);

    private static JsonObject Wire(NamedQueue queue, TimeProvider time) => new()
    {
        ["queue"] = queue.Name,
        ["paused"] = queue.IsPaused(time.GetUtcNow().UtcDateTime),
        ["paused_by"] = queue.PausedBy,
        ["paused_since"] = WireTime.Write(queue.PausedSince),
        ["paused_until"] = WireTime.Write(queue.PausedUntil),
    };
}
