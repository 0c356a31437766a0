using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>rbd_fsx</c>: random reads, writes and resizes of an image that <c>ceph_test_librbd_fsx</c> checks. Keys are upstream's; <c>krbd</c> and <c>nbd</c> need a kernel with those drivers.
/// </summary>
[Task("rbd_fsx")]
public sealed class RbdFsxTask : IJobTask
{
    /// <inheritdoc/>
    public async Task RunAsync(TaskRun task, CancellationToken cancellationToken)
    {
        var run = new TaskRun { Job = task.Job, Name = task.Name, Config = DeepMerge.Merge(task.Map(), task.Job.Overrides("rbd_fsx")), Mark = task.Mark, Log = task.Log };
        var cluster = run.Job.Shared<CephClusters>().Find(run.Text("cluster") ?? "ceph");
        var clients = TestPrograms.Clients(run);
        await TestPrograms.NeedAsync(run, "ceph_test_librbd_fsx", clients, cancellationToken);
        await InParallel.ForEachAsync(
            clients,
            (client, ct) =>
            {
                var remote = run.Job.Cluster.Single(client);
                return remote.RunAsync(cluster.Program(remote, Words(run, cluster.Name, client)) with { Sudo = run.Flag("krbd") || run.Flag("nbd"), Label = $"fsx of {client}" }, ct);
            },
            cancellationToken);
    }

    private static IEnumerable<string> Words(TaskRun run, string cluster, string client)
    {
        List<string> words = ["ceph_test_librbd_fsx", "--cluster", cluster, "--id", Role.Split(client).Id, "-d", "-W", "-R", "-p", $"{run.Whole("progress_interval", 100)}", "-P", run.Job.RemoteArchive];
        foreach (var (option, key) in new[] { ("-r", "readbdy"), ("-w", "writebdy"), ("-t", "truncbdy"), ("-h", "holebdy") })
            words.AddRange([option, $"{run.Whole(key, 1)}"]);
        words.AddRange(["-l", $"{run.Whole("size", 250000000)}", "-S", $"{run.Whole("seed", 0)}", "-N", $"{run.Whole("ops", 1000)}"]);
        foreach (var (option, key, wanted, fallback) in new[]
        {
            ("-K", "krbd", true, false), ("-M", "nbd", true, false), ("-Z", "direct_io", true, false), ("-U", "randomized_striping", false, true),
            ("-H", "punch_holes", false, true), ("-g", "deep_copy", true, false), ("-j", "journal_replay", true, false), ("-k", "keep_images", true, false),
        })
        {
            if (run.Flag(key, fallback) == wanted)
                words.Add(option);
        }

        return [.. words, run.Text("pool_name") ?? $"pool_{client}", $"image_{client}"];
    }
}
