using System.Globalization;

namespace Teuthology.Scheduling;

/// <summary>
/// Looks at the jobs of beanstalkd without taking any, which it has no command for: their ids are counted up, so one asks for each, the newest first,
/// until as many are found as the tubes say they have.
/// </summary>
/// <param name="connection">Open.</param>
/// <param name="time">Clock.</param>
internal sealed class BeanstalkScan(BeanstalkConnection connection, TimeProvider time)
{
    /// <summary>Begins what stands for the worker of a buried job.</summary>
    public const string Buried = "buried";

    private const int Batch = 2000;

    // A tube nobody uses, where a job is put and deleted to learn the next id.
    private const string Probe = "teuthology-probe";

    public async Task<IReadOnlyList<QueueEntry>> ListAsync(QueueQuery query, CancellationToken cancellationToken)
    {
        var wanted = await CountAsync(query.Tube, cancellationToken);
        List<(QueueEntry Entry, string State)> found = [];
        for (var top = wanted == 0 ? 0 : await NewestAsync(cancellationToken); top > 0 && wanted > 0; top -= Batch)
        {
            var ids = Enumerable.Range(0, (int)Math.Min(Batch, top)).Select(i => (top - i).ToString(CultureInfo.InvariantCulture)).ToList();
            var stats = await connection.AskAllAsync([.. ids.Select(id => $"stats-job {id}")], cancellationToken);
            var here = ids.Zip(stats).Where(pair => pair.Second.Word == "OK").Select(pair => (Id: pair.First, Facts: pair.Second.Facts()))
                .Where(job => query.Tube is null || job.Facts["tube"] == query.Tube).ToList();
            wanted -= here.Count;
            var bodies = await connection.AskAllAsync([.. here.Select(job => $"peek {job.Id}")], cancellationToken);
            found.AddRange(here.Zip(bodies).Where(pair => pair.Second.Word == "FOUND").Select(pair => (Entry(pair.First.Id, pair.First.Facts, pair.Second.Body), pair.First.Facts["state"])));
        }

        return InOrder(found, query);
    }

    private async Task<long> CountAsync(string? tube, CancellationToken cancellationToken)
    {
        var answer = await connection.AskAsync(tube is null ? "stats" : $"stats-tube {tube}", cancellationToken);
        if (answer.Word != "OK")
            return 0;
        var facts = answer.Facts();
        return new[] { "ready", "reserved", "delayed", "buried" }.Sum(state => long.Parse(facts["current-jobs-" + state], CultureInfo.InvariantCulture));
    }

    private async Task<long> NewestAsync(CancellationToken cancellationToken)
    {
        await connection.AskAsync($"use {Probe}", cancellationToken);
        var put = await connection.AskAsync("put 4294967295 4294967295 1 0", cancellationToken, ReadOnlyMemory<byte>.Empty);
        await connection.AskAsync($"delete {put.Id}", cancellationToken);
        return QueueNumber.Read(put.Id) - 1;
    }

    private QueueEntry Entry(string id, IReadOnlyDictionary<string, string> facts, string body) => new()
    {
        Id = id,
        Tube = facts["tube"],
        Priority = long.Parse(facts["pri"], CultureInfo.InvariantCulture),
        RunName = QueueText.RunName(body),
        Description = QueueText.Description(body),
        Text = body,
        Since = time.GetUtcNow().UtcDateTime.AddSeconds(-long.Parse(facts["age"], CultureInfo.InvariantCulture)),
        Attempts = int.Parse(facts["releases"], CultureInfo.InvariantCulture) + (facts["state"] == "reserved" ? 1 : 0),
        Worker = facts["state"] is "ready" ? null : Holder(facts["state"]),
    };

    // Upstream's dispatcher buries what it works on.
    private static string Holder(string state) => state switch
    {
        "reserved" => "a worker",
        "delayed" => "a worker that hands it over",
        _ => $"{Buried}: by upstream's dispatcher, while it looks for machines or as it gave the job up",
    };

    private static List<QueueEntry> InOrder(List<(QueueEntry Entry, string State)> found, QueueQuery query)
    {
        List<QueueEntry> entries = [];
        foreach (var tube in found.GroupBy(job => job.Entry.Tube, StringComparer.Ordinal).OrderBy(tube => tube.Key, StringComparer.Ordinal))
        {
            var place = 0;
            foreach (var (entry, state) in tube.OrderBy(job => job.State == "ready").ThenBy(job => job.Entry.Priority).ThenBy(job => QueueNumber.Read(job.Entry.Id)))
                entries.Add(state == "ready" ? entry with { Position = ++place } : entry);
        }

        return [.. entries.Where(entry => query.RunName is null || entry.RunName == query.RunName).Take(query.Count ?? int.MaxValue)];
    }
}
