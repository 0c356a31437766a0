using System.CommandLine;
using System.Text.Json.Nodes;
using Teuthology.Results;
using Teuthology.Scheduling;

namespace Teuthology.Cli;

/// <summary><c>teuthology queue -m TYPE</c>: what waits in the queue, in upstream's lines; delete, pause, history.</summary>
internal sealed class QueueVerb : Verb
{
    private readonly Option<string?> _machineType = new("--machine_type", "-m", "--machine-type", "--tube") { HelpName = "TYPE", Description = "Which queue to work on: a machine type, or `multi`" };
    private readonly Option<bool> _status = new("--status", "-s") { Description = "The state of the queue as JSON: name, count, paused" };
    private readonly Option<bool> _description = new("--description") { Description = "Show job descriptions" };
    private readonly Option<bool> _full = new("--full", "-f") { Description = "Print the entire job. Use with caution" };
    private readonly Option<bool> _runs = new("--runs", "-r") { Description = "Only show names of runs" };
    private readonly Option<string?> _delete = new("--delete", "-D") { HelpName = "PATTERN", Description = "Delete jobs with PATTERN in the name of their run" };
    private readonly Option<long?> _pause = new("--pause", "-p") { HelpName = "SECONDS", Description = "Pause the queue, all queues without -m, for so long; 0 ends a pause" };
    private readonly Option<string?> _reason = new("--reason") { HelpName = "TEXT", Description = "Why it is paused; with --pause" };
    private readonly Option<string?> _history = new("--history") { HelpName = "ID", Description = "Who took a job, when, and how that ended" };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line, jobs in hand first: position, expected start, attempts, who has it" };
    private readonly QueueOption _queue;
    private readonly ResultsOption _results;

    public QueueVerb(Terminal terminal)
        : base(terminal, "queue", "List, delete and pause queued jobs")
    {
        _queue = new QueueOption(terminal);
        _results = new ResultsOption(terminal);
        _description.Aliases.Add("-d");
        foreach (var option in new Option[] { _machineType, _status, _description, _full, _runs, _delete, _pause, _reason, _history, _json, _queue.Backend })
            Add(option);
        MachineTypeWords.Complete(_machineType, terminal);
        Remarks =
        [
            "Jobs are listed in the order in which they will be taken; looking takes none. A pause keeps workers from taking jobs; those that run go on. It ends by itself, or with -p 0.",
            "The expected start follows from how long jobs like those before it took, and how many run now; it is told where somebody works on the queue.",
        ];
        Examples =
        [
            ("teuthology queue -m smithi", "What waits for smithi machines"),
            ("teuthology queue -m smithi -s", "How many, and whether it is paused"),
            ("teuthology queue -m smithi -D 2026-11-20_11:00", "Delete the jobs of that run, also from the results"),
            ("teuthology queue -m smithi -p 3600 --reason maintenance", "Take no job for an hour"),
            ("teuthology queue -m smithi --json", "For programs: position, expected start, who has it"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var type = line.GetValue(_machineType) is { } given ? QueuedJob.Tube(given) : null;
        Check(line, type);
        await using var queue = _queue.Open(line);
        if (line.GetValue(_pause) is { } seconds)
            await PauseAsync(queue, type, seconds, line.GetValue(_reason), cancellationToken);
        else if (line.GetValue(_history) is { } id)
            await WriteHistoryAsync(queue, id, cancellationToken);
        else if (line.GetValue(_status))
            await WriteStatusAsync(queue, type!, cancellationToken);
        else if (line.GetValue(_delete) is { } pattern)
            await DeleteAsync(queue, type!, pattern, cancellationToken);
        else if (line.GetValue(_json))
            await WriteJsonAsync(queue, type, cancellationToken);
        else
            await WriteAsync(line, queue, type!, cancellationToken);
        return ExitCode.Success;
    }

    private void Check(ParseResult line, string? type)
    {
        var modes = new[] { line.GetValue(_status), line.GetValue(_description), line.GetValue(_full), line.GetValue(_runs), line.GetValue(_delete) is not null, line.GetValue(_pause) is not null, line.GetValue(_history) is not null };
        if (modes.Count(mode => mode) > 1)
            throw new ConfigurationException("only one of --status, --description, --full, --runs, --delete, --pause and --history can be given");
        if (line.GetValue(_delete) is { Length: 0 })
            throw new ConfigurationException("--delete needs a pattern: every name holds the empty one");
        if (line.GetValue(_pause) is < 0 or > 100L * 366 * 86400)
            throw new ConfigurationException("--pause must be a number of seconds from 0 to a hundred years");
        if (line.GetValue(_reason) is not null && line.GetValue(_pause) is null or 0)
            throw new ConfigurationException("--reason is only applicable with --pause");
        if (type is null && line.GetValue(_pause) is null && line.GetValue(_history) is null && !line.GetValue(_json))
            throw new ConfigurationException("--machine_type names the queue: -m TYPE");
    }

    private async Task PauseAsync(IJobQueue queue, string? type, long seconds, string? reason, CancellationToken cancellationToken)
    {
        var tubes = type is not null ? [type] : (await queue.TubesAsync(cancellationToken)).Select(tube => tube.Name).ToList();
        await Terminal.Error.WriteLineAsync($"{(seconds == 0 ? "Unpausing" : $"Pausing for {seconds}s")}: [{string.Join(", ", tubes.Select(tube => $"'{tube}'"))}]");
        foreach (var tube in tubes)
        {
            if (seconds == 0)
                await queue.ResumeAsync(tube, cancellationToken);
            else
                await queue.PauseAsync(tube, new QueuePause(LabSettings.Owner(), reason, Terminal.Time.GetUtcNow().UtcDateTime.AddSeconds(seconds)), cancellationToken);
        }
    }

    private async Task WriteStatusAsync(IJobQueue queue, string type, CancellationToken cancellationToken)
    {
        var tube = (await queue.TubesAsync(cancellationToken)).FirstOrDefault(tube => tube.Name == type) ?? new TubeState(type, 0, 0, null);
        var told = $"{{\"name\": {JsonValue.Create(tube.Name).ToJsonString()}, \"count\": {tube.Waiting}, \"paused\": {(tube.Pause is null ? "false" : "true")}";
        if (tube.Pause?.By is { } by)
            told += $", \"paused_by\": {JsonValue.Create(by).ToJsonString()}";
        if (tube.Pause?.Reason is { } reason)
            told += $", \"reason\": {JsonValue.Create(reason).ToJsonString()}";
        await Terminal.Out.WriteLineAsync(told + "}");
    }

    private async Task WriteHistoryAsync(IJobQueue queue, string id, CancellationToken cancellationToken)
    {
        foreach (var attempt in await queue.HistoryAsync(id, cancellationToken))
            await Terminal.Out.WriteLineAsync($"{attempt.Number,3} {attempt.From:yyyy-MM-dd HH:mm:ss} {attempt.To?.ToString("yyyy-MM-dd HH:mm:ss") ?? "-",19} {attempt.How ?? "in hand"} ({attempt.Worker})");
    }

    private async Task DeleteAsync(IJobQueue queue, string type, string pattern, CancellationToken cancellationToken)
    {
        var chosen = (await WaitingAsync(queue, type, cancellationToken)).Where(job => job.RunName.Contains(pattern, StringComparison.Ordinal)).ToList();
        if (chosen.Count == 0)
            return;
        await using var results = await _results.OpenAsync(asked: null, cancellationToken);
        var deleted = (await queue.DeleteAsync([.. chosen.Select(job => job.Id)], cancellationToken)).ToHashSet(StringComparer.Ordinal);
        foreach (var job in chosen.Where(job => deleted.Contains(job.Id)))
        {
            await Terminal.Out.WriteLineAsync($"Deleting {job.RunName}/{job.Id}");
            await results.DeleteJobAsync(job.RunName, job.Id, cancellationToken);
        }
    }

    private async Task WriteAsync(ParseResult line, IJobQueue queue, string type, CancellationToken cancellationToken)
    {
        var jobs = await WaitingAsync(queue, type, cancellationToken);
        if (line.GetValue(_runs))
        {
            foreach (var run in jobs.Select(job => job.RunName).Distinct(StringComparer.Ordinal))
                await Terminal.Out.WriteLineAsync(run);
            return;
        }

        foreach (var job in jobs)
        {
            await Terminal.Out.WriteLineAsync($"Job: {job.Position,4} priority: {job.Priority,4} {job.RunName}/{job.Id}");
            if (line.GetValue(_full))
                await Terminal.Out.WriteLineAsync(PythonPrint.Format(job.Document));
            else if (line.GetValue(_description) && job.Description is { } description)
                await Terminal.Out.WriteLineAsync(string.Join('\n', description.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries).Select(word => $"\t {word}")));
        }
    }

    private async Task WriteJsonAsync(IJobQueue queue, string? type, CancellationToken cancellationToken)
    {
        var jobs = await queue.ListAsync(new QueueQuery { Tube = type }, cancellationToken);
        await using var results = await _results.OpenAsync(asked: null, cancellationToken);
        var expected = (await QueueForecast.LearnAsync(results, cancellationToken)).Expect(jobs, Terminal.Time.GetUtcNow().UtcDateTime, await queue.TubesAsync(cancellationToken));
        foreach (var job in jobs)
        {
            await Terminal.Out.WriteLineAsync(new JsonObject
            {
                ["job_id"] = job.Id,
                ["name"] = job.RunName,
                ["tube"] = job.Tube,
                ["priority"] = job.Priority,
                ["description"] = job.Description,
                ["position"] = job.Position,
                ["expected_start"] = expected.TryGetValue(job.Id, out var begin) ? WireTime.Write(begin) : null,
                ["since"] = job.Since is { } since ? WireTime.Write(since) : null,
                ["attempts"] = job.Attempts,
                ["worker"] = job.Worker,
            }.ToJsonString());
        }
    }

    private async Task<IReadOnlyList<QueueEntry>> WaitingAsync(IJobQueue queue, string type, CancellationToken cancellationToken)
    {
        var jobs = (await queue.ListAsync(new QueueQuery { Tube = type }, cancellationToken)).Where(job => job.Worker is null).ToList();
        if (jobs.Count == 0)
            await Terminal.Error.WriteLineAsync("No jobs in queue");
        return jobs;
    }
}
