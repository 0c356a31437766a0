using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>hadoop</c>: installs Hadoop on the machines with roles <c>hadoop.master.*</c> (one) and <c>hadoop.slave.*</c>, starts HDFS (with <c>hdfs</c>) and
/// YARN, and takes all of it away when the job unwinds. The machines log in to each other, so <c>ssh_keys</c> stands before it.
/// </summary>
[Task("hadoop")]
public sealed class HadoopTask : JobTask<HadoopOptions>, ICheckedTask
{
    private const string Fetch = """if command -v wget >/dev/null; then wget -nv -O "$2" "$1"; else curl -fsSL -o "$2" "$1"; fi""";

    private static readonly Dictionary<string, (string Java, string Jni)> Places = new(StringComparer.Ordinal)
    {
        ["rpm"] = ("/usr/lib/jvm/java", "/usr/lib64/libcephfs_jni.so.1.0.0"),
        ["deb"] = ("/usr/lib/jvm/default-java", "/usr/lib/jni/libcephfs_jni.so"),
    };

    /// <inheritdoc/>
    public void Check(TaskRun run)
    {
        if (!run.TryOptions<HadoopOptions>(out var options))
            return;
        Master(run);
        if (!options.Hdfs && options.CephfsJar is null)
            throw run.Wrong("without 'hdfs: true' it needs 'cephfs_jar', the address of cephfs-hadoop-0.80.6.jar");
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, HadoopOptions options, CancellationToken cancellationToken)
    {
        Check(run);
        var master = Master(run);
        var cluster = run.Job.Cluster.Only(role => role.StartsWith("hadoop.", StringComparison.Ordinal));
        foreach (var remote in cluster.Remotes)
        {
            var (java, jni) = await PlacesAsync(remote, cancellationToken);
            var files = new Dictionary<string, string>(StringComparer.Ordinal) { [java] = "default-jre-headless" };
            if (!options.Hdfs)
                (files[jni], files["/usr/share/java/libcephfs.jar"]) = ("libcephfs-jni", "libcephfs-java");
            await new HostNeeds { Files = files, Programs = new Dictionary<string, string>(StringComparer.Ordinal) { ["skill"] = "procps" } }.RequireAsync(run, [remote], cancellationToken);
        }

        await InstallAsync(run, cluster, options, cancellationToken);
        await ConfigureAsync(run, cluster, master, options, cancellationToken);
        await StartAsync(run, master, options, cancellationToken);
    }

    private static Remote Master(TaskRun run) => run.Job.Cluster.Only(role => role.StartsWith("hadoop.master", StringComparison.Ordinal)).Remotes switch
    {
        [var one] => one,
        var masters => throw run.Wrong($"it needs one machine with a role 'hadoop.master.…', not {masters.Count}"),
    };

    private static async Task<(string Java, string Jni)> PlacesAsync(Remote remote, CancellationToken cancellationToken) =>
        Places[(await remote.Facts.GetAsync(cancellationToken)).Os.PackageType];

    private static async Task InstallAsync(TaskRun run, Cluster cluster, HadoopOptions options, CancellationToken cancellationToken)
    {
        var (home, temporary, archive) = (Home(run), $"{run.Job.TestDirectory}/hadoop_tmp", $"{run.Job.TestDirectory}/hadoop.tar.gz");
        run.Defer("remove Hadoop", (_, ct) => cluster.RunAsync(RemoteCommand.Args("rm", "-rf", home, temporary, archive), ct));
        TasksLog.Text(run.Log, "Downloading Hadoop...");
        await cluster.RunAsync(RemoteCommand.Args("sh", "-c", Fetch, "sh", options.Url, archive) with { Label = "fetch Hadoop" }, cancellationToken);
        TasksLog.Text(run.Log, "Unpacking Hadoop...");
        await cluster.RunAsync(RemoteCommand.Args("mkdir", home, temporary), cancellationToken);
        await cluster.RunAsync(RemoteCommand.Args("tar", "xzf", archive, "--strip-components=1", "-C", home), cancellationToken);
        await cluster.RunAsync(RemoteCommand.Args("rm", archive), cancellationToken);
        if (options.Hdfs)
            return;
        TasksLog.Text(run.Log, "Fetching cephfs-hadoop...");
        await cluster.RunAsync(RemoteCommand.Args("sh", "-c", Fetch, "sh", options.CephfsJar!, $"{home}/share/hadoop/common/cephfs-hadoop.jar"), cancellationToken);
        await cluster.RunAsync(RemoteCommand.Args("cp", "/usr/share/java/libcephfs.jar", $"{home}/share/hadoop/common/"), cancellationToken);
        foreach (var remote in cluster.Remotes)
            await remote.RunAsync(RemoteCommand.Args("cp", (await PlacesAsync(remote, cancellationToken)).Jni, $"{home}/lib/native/libcephfs_jni.so"), cancellationToken);
    }

    private static async Task ConfigureAsync(TaskRun run, Cluster cluster, Remote master, HadoopOptions options, CancellationToken cancellationToken)
    {
        var conf = $"{Home(run)}/etc/hadoop";
        var slaves = cluster.Only(role => role.StartsWith("hadoop.slave", StringComparison.Ordinal)).Remotes.Select(r => r.Address);
        foreach (var (name, content) in new HadoopConf(run.Job.TestDirectory, master.Address).Files(options.Hdfs, slaves))
        {
            TasksLog.Text(run.Log, $"Writing Hadoop {name} file...");
            await cluster.WriteFileAsync($"{conf}/{name}", content, null, cancellationToken);
        }

        TasksLog.Text(run.Log, "Setting JAVA_HOME in hadoop-env.sh...");
        foreach (var remote in cluster.Remotes)
            await remote.RunAsync(RemoteCommand.Args("sed", "-i", $"1i JAVA_HOME={(await PlacesAsync(remote, cancellationToken)).Java}", $"{conf}/hadoop-env.sh"), cancellationToken);
        if (!options.Hdfs)
            return;
        TasksLog.Text(run.Log, "Formatting HDFS...");
        await master.RunAsync(RemoteCommand.Args($"{Home(run)}/bin/hadoop", "namenode", "-format"), cancellationToken);
    }

    private static async Task StartAsync(TaskRun run, Remote master, HadoopOptions options, CancellationToken cancellationToken)
    {
        await StopAsync(cancellationToken);
        run.Defer("stop Hadoop", async (_, ct) =>
        {
            await StopAsync(ct);
            // Its status tells only whether there was a process left.
            await run.Job.Cluster.RunAsync(RemoteCommand.Args("skill", "-9", "java") with { Sudo = true, CheckStatus = false }, ct);
        });
        if (options.Hdfs)
            await ScriptAsync("Starting HDFS...", "start-dfs.sh", cancellationToken);
        await ScriptAsync("Starting YARN...", "start-yarn.sh", cancellationToken);

        async Task StopAsync(CancellationToken ct)
        {
            await ScriptAsync("Stopping Hadoop daemons", "stop-yarn.sh", ct);
            await ScriptAsync("Stopping HDFS", "stop-dfs.sh", ct);
        }

        Task ScriptAsync(string told, string script, CancellationToken ct)
        {
            TasksLog.Text(run.Log, told);
            return master.RunAsync(RemoteCommand.Args($"{Home(run)}/sbin/{script}"), ct);
        }
    }

    private static string Home(TaskRun run) => $"{run.Job.TestDirectory}/hadoop";
}
