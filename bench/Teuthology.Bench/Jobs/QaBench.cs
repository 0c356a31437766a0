using System.Globalization;
using Teuthology.Lab;

namespace Teuthology.Bench;

/// <summary>
/// Jobs by upstream's program and by ours on the same machine, turn by turn: three with tasks that are Python in Ceph's qa tree, three with a Ceph cluster, which
/// upstream brings up by the tree's own Python and we by ours. Told are statuses, times of every phase, and the commands that differ.
/// </summary>
public static class QaBench
{
    /// <param name="rounds">How often each runs.</param>
    /// <param name="upstream">Upstream's code.</param>
    /// <param name="qa">The <c>qa</c> directory of a checkout of Ceph.</param>
    /// <param name="only">Only jobs with this in their name; null for all.</param>
    /// <returns>1 when a status or a command differs without a reason, or a phase is slower by more than a tenth of a second.</returns>
    public static async Task<int> RunAsync(int rounds, string? upstream, string? qa, string? only)
    {
        await using var code = await Upstream.FindAsync(upstream, "paramiko", "gevent", "yaml", "requests", "netaddr", "humanfriendly", "configobj");
        if (qa is null || !code.IsThere)
        {
            Console.Error.WriteLine(qa is null ? "--qa names the qa directory of a checkout of Ceph" : code.Remark);
            return 2;
        }

        var jobs = QaJob.Plain.Concat(QaJob.OnCeph(qa)).Where(job => only is null || job.Name.Contains(only, StringComparison.Ordinal)).ToList();
        var work = Directory.CreateTempSubdirectory("teuthology-bench-").FullName;
        var lab = new RootProvisioner(new LabOptions { StateDirectory = Path.Combine(work, "state"), MaxNodes = 1 }, TimeProvider.System);
        try
        {
            await lab.PrepareAsync(null, CancellationToken.None);
            var machine = await lab.StartAsync("n1", null, CancellationToken.None);
            var files = new JobBenchFiles(work, machine, 0);
            await File.AppendAllTextAsync(files.Site, $"ceph_qa_suite_git_url: {QaMachine.Repository}\n");
            var site = new QaSite(files, qa);
            var node = new QaMachine(site, files, machine);
            await node.MarkAsync();
            if (jobs.Any(job => job.IsOnCeph))
                await node.PrepareAsync();
            var output = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
            var ours = Path.Combine(AppContext.BaseDirectory, "..", "..", "Teuthology.Cli", output, "teuthology");
            Console.WriteLine($"{rounds} rounds, {Environment.ProcessorCount} processors, load {await LoadAsync()} at the start, {output} build; upstream: {code.Remark}\n");
            var common = $"targets:\n  {machine.User}@{machine.Address}: {machine.HostKey}\nceph_cm_ansible: false\nverify_ceph_hash: false\n";
            var differs = false;
            foreach (var job in jobs)
            {
                await File.WriteAllTextAsync(files.Job, job.Text(common));
                List<QaRun> mine = [], theirs = [];
                for (var round = 0; round < rounds; round++)
                {
                    mine.Add(await RunAsync(node, job, () => site.JobAsync([ours, "run", "--suite-path", Path.Combine(qa, "suites")], $"ours-{job.Name}-{round}", job)));
                    theirs.Add(await RunAsync(node, job, () => site.JobAsync([.. code.Command("upstream_job.py"), "-v", "--suite-path", qa], $"upstream-{job.Name}-{round}", job)));
                }

                differs |= new QaReport(job, mine, theirs).Write(Console.Out);
                Console.WriteLine($"load {await LoadAsync()} after it\n");
            }

            return differs ? 1 : 0;
        }
        finally
        {
            await lab.DownAsync(CancellationToken.None);
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task<QaRun> RunAsync(QaMachine node, QaJob job, Func<Task<QaRun>> run)
    {
        if (!job.IsOnCeph)
            return await run();
        await node.CleanAsync();
        return await run() with { Orders = await node.OrdersAsync() };
    }

    private static async Task<string> LoadAsync() => double.Parse((await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0], CultureInfo.InvariantCulture).ToString("0", CultureInfo.InvariantCulture);
}
