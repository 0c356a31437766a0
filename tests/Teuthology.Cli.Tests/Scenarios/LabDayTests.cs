using System.Diagnostics;
using System.Text.Json.Nodes;
using Teuthology.Lab;

namespace Teuthology.Cli.Tests;

/// <summary>
/// A lab's worst day. Thirty jobs are queued as people queue them; while two workers run them a worker is killed, then a job's process, the server and the
/// database crash and come back, and a machine loses its power under a job. Every part is a process of its own, and real.
/// </summary>
public sealed class LabDayTests
{
    private const int Jobs = 30;
    private static readonly string[] Over = ["pass", "fail", "dead"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    [SkippableFact]
    public async Task ThirtyJobs_WhileEverythingCrashesOnce_EndTrulyAndLeaveNothing()
    {
        await using var day = await LabDay.StartAsync();
        await day.ServeAsync();
        var scheduled = await day.RunAsync("suite", "-s", "day", "--suite-dir", Suite(day.State), "-e", "qa@example.com", "--seed", "1", "--json");
        Assert.True(scheduled.ExitCode == 0, scheduled.Error);
        var run = (string)JsonNode.Parse(scheduled.Output)!["name"]!;
        Assert.Equal(Jobs, (await JobsAsync(day, run)).Count(job => job.Status == "queued"));

        var first = day.Work();
        day.Work();
        await UntilAsync(day, run, jobs => jobs.Count(IsOver) >= 3);

        // The worker's job goes on without it, and the next worker finds it.
        first.Kill();
        await first.WaitForExitAsync();
        day.Work();
        await UntilAsync(day, run, jobs => jobs.Count(IsOver) >= 7);

        var killed = await KillJobAsync(day, run);
        await UntilAsync(day, run, jobs => jobs.Count(IsOver) >= 11);

        await day.CrashServerAsync();
        await Task.Delay(TimeSpan.FromSeconds(3));
        await day.ServeAsync();
        await UntilAsync(day, run, jobs => jobs.Count(IsOver) >= 15);

        await day.Postgres.RestartAsync(crash: true);
        await UntilAsync(day, run, jobs => jobs.Count(IsOver) >= 19);

        var dark = await DarkenAsync(day, run);
        var jobs = await UntilAsync(day, run, jobs => jobs.All(IsOver));

        Assert.Equal(Jobs, jobs.Count);
        Assert.All(jobs.Where(job => job.Id != dark), job => Assert.Equal(job.Description.Contains("/fail", StringComparison.Ordinal) ? "fail" : "pass", job.Status));
        Assert.Equal("dead", jobs.Single(job => job.Id == dark).Status);
        Assert.All(jobs, job => Assert.Equal(1, Endings(day, run, job.Id)));
        Assert.Equal(2, Attempts(day, run, killed));

        // The mail is the last job's work; the machines are free when the workers have seen the end.
        await UntilAsync(() => Task.FromResult(day.Smtp.Mails.Count > 0), "a mail");
        var (failed, passed) = (jobs.Count(job => job.Status == "fail"), jobs.Count(job => job.Status == "pass"));
        Assert.Contains($"Subject: {failed} fail, 1 dead, {passed} pass in {run}", Assert.Single(day.Smtp.Mails).ReplaceLineEndings("\n").Replace("\n ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        await UntilAsync(async () => (await day.RunAsync("lock", "--list", "--all", "--json")).Output.Contains("\"locked\": true", StringComparison.Ordinal) is false, "all machines are free");
        await UntilAsync(async () => (await day.RunAsync("queue", "-m", "embedded", "--json")).Lines.Count == 0, "the queue is empty");

        await new LabDayPages(day, run).CheckAsync(dark);
    }

    // Fifteen tasks on one machine and on two: every fifth of one facet fails by itself.
    private static string Suite(string directory)
    {
        var suites = Path.Combine(directory, "suites");
        Write("day/%", "");
        Write("day/cluster/one.yaml", "roles: [[client.0]]");
        Write("day/cluster/two.yaml", "roles: [[client.0], [client.1]]");
        for (var i = 0; i < 15; i++)
        {
            var (name, command) = i == 7 ? ("fail", "false") : ("work", "true");
            Write($"day/tasks/{name}-{i}.yaml", $"tasks: [{{exec: {{client.0: ['echo begun {i}', 'sleep 2', '{command}']}}}}]");
        }

        Write("day/last/one.yaml", "meta: [{desc: nothing more}]");
        return suites;

        void Write(string path, string content)
        {
            var file = Path.Combine(suites, path);
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, content);
        }
    }

    private static bool IsOver(Job job) => Over.Contains(job.Status);

    private static async Task<List<Job>> JobsAsync(LabDay day, string run) =>
    [
        .. JsonNode.Parse(await day.Http.GetStringAsync($"/runs/{run}/jobs/"))!.AsArray()
            .Select(job => new Job((string)job!["job_id"]!, (string)job["status"]!, (string)job["description"]!)),
    ];

    private static async Task<List<Job>> UntilAsync(LabDay day, string run, Func<List<Job>, bool> condition)
    {
        List<Job> jobs = [];
        await UntilAsync(
            async () =>
            {
                try
                {
                    return condition(jobs = await JobsAsync(day, run));
                }
                catch (HttpRequestException)
                {
                    // The database is coming back.
                    return false;
                }
            },
            "the jobs get that far");
        return jobs;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        for (var start = Stopwatch.GetTimestamp(); !await condition(); await Task.Delay(200))
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"never happened: {what}");
    }

    // A job whose commands run now, by its process in the results.
    private static async Task<(string Id, int Process)> RunningAsync(LabDay day, string run)
    {
        (string, int) found = default;
        await UntilAsync(
            async () =>
            {
                foreach (var job in (await JobsAsync(day, run)).Where(job => job.Status == "running"))
                {
                    var log = Path.Combine(day.Archive, run, job.Id, "teuthology.log");
                    if (File.Exists(log) && (await File.ReadAllTextAsync(log)).Contains("stdout:begun", StringComparison.Ordinal) && !File.Exists(Path.Combine(day.Archive, run, job.Id, "summary.yaml")))
                    {
                        found = (job.Id, int.Parse(await File.ReadAllTextAsync(Path.Combine(day.Archive, run, job.Id, "pid")), System.Globalization.CultureInfo.InvariantCulture));
                        return true;
                    }
                }

                return false;
            },
            "a job is at work");
        return found;
    }

    private static async Task<string> KillJobAsync(LabDay day, string run)
    {
        var (id, pid) = await RunningAsync(day, run);
        using var process = Process.GetProcessById(pid);
        process.Kill();
        return id;
    }

    // Switches a machine of a job off, under its commands.
    private static async Task<string> DarkenAsync(LabDay day, string run)
    {
        var (id, _) = await RunningAsync(day, run);
        var job = JsonNode.Parse(await day.Http.GetStringAsync($"/runs/{run}/jobs/{id}/"))!;
        var target = job["targets"]!.AsObject().First().Key;
        await day.Machines.StopAsync(target[(target.IndexOf('@') + 1)..].Split('.')[0], CancellationToken.None);
        return id;
    }

    // Every attempt that came to its own end wrote a summary.
    private static int Endings(LabDay day, string run, string id) =>
        Directory.GetFiles(Path.Combine(day.Archive, run, id), "summary.yaml", SearchOption.AllDirectories).Length;

    private static int Attempts(LabDay day, string run, string id) =>
        Directory.GetFiles(Path.Combine(day.Archive, run, id), "teuthology.log", SearchOption.AllDirectories).Length;

    private sealed record Job(string Id, string Status, string Description);
}
