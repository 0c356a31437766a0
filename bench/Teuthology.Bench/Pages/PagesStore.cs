using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.Results;
using Teuthology.Scheduling;
using Teuthology.Yaml;

namespace Teuthology.Bench;

/// <summary>What a lab has: runs of 1,000 jobs, 500 machines, a queue.</summary>
internal static class PagesStore
{
    public const int Jobs = 1000;
    public const int Runs = 12;
    private const int Machines = 500;
    private const int Queued = 1000;

    /// <summary>Name of a run, 1 to 12, the last one the newest.</summary>
    public static string Run(int number) => $"me-2026-11-{number:00}_10:00:00-rbd-main-distro-default-root";

    /// <summary>Id of a job of a run.</summary>
    public static string Job(int run, int number) => $"{(run * Jobs) + number}";

    /// <summary>Fills empty stores.</summary>
    /// <param name="state">State directory.</param>
    /// <param name="store">A PostgreSQL database; null for files of the state directory.</param>
    public static async Task FillAsync(string state, string? store)
    {
        await using (var results = await ResultsStore.OpenAtAsync(store ?? Path.Combine(state, ResultsStore.FileName), TimeProvider.System, default))
        {
            for (var run = 1; run <= Runs; run++)
                await Parallel.ForEachAsync(Enumerable.Range(1, Jobs), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (job, token) => await results.SaveJobAsync(Run(run), Job(run, job), Told(job), token));
        }

        await using (var nodes = new LeaseStore(store ?? Path.Combine(state, "leases.db"), TimeProvider.System))
        {
            await nodes.RegisterAsync(Enumerable.Range(1, Machines).Select(i => new NodeRecord { Name = $"n{i}", MachineType = "root", Arch = "x86_64", OsType = "debian", OsVersion = "12" }), default);
            for (var i = 1; i <= Machines / 5; i++)
                await nodes.TryClaimAsync(new ClaimRequest { Count = 1, Owner = "me@here", Description = $"/archive/{Run(1)}/{i}", Names = [$"n{i}"], Duration = Timeout.InfiniteTimeSpan }, default);
        }

        await using var queue = new StoreQueue(store ?? Path.Combine(state, "queue.db"), null, TimeProvider.System);
        for (var i = 1; i <= Queued; i++)
            await queue.PutAsync(new NewQueueJob { Tube = "root", Document = new YamlMap { ["name"] = Run(Runs), ["description"] = $"rbd/{{cluster/one workloads/w{i} os/debian_{i % 7}}}" } }, default);
        for (var i = 0; i < 4; i++)
            await queue.TakeAsync("root", $"worker {i}", TimeSpan.Zero, default);
    }

    private static JsonObject Told(int job) => new()
    {
        ["status"] = job % 3 == 0 ? "fail" : "pass", ["description"] = $"rbd/{{cluster/one workloads/w{job} os/debian_{job % 7}}}", ["duration"] = job,
        ["failure_reason"] = job % 3 == 0 ? $"Command failed on n{job} with status {job % 25}: 'rbd import /tmp/x{job}'\nlast lines of stderr:\n  error {job}" : null,
        ["overrides"] = new JsonObject { ["ceph"] = new string('x', 8000) }, ["sha1"] = "0123456789abcdef0123456789abcdef01234567", ["machine_type"] = "root",
        ["targets"] = new JsonObject { [$"ubuntu@n{job % 500}"] = "ssh-ed25519 AAAA" },
    };
}
