using System.Text;
using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>rbd_fio</c>: fio on images of every format and set of features, and on clones of them; clients at once. A mapping of clients, or <c>all</c>, to settings. Hosts' own fio is used,
/// where upstream builds the version that is named; engines other than <c>rbd</c> need the kernel's block devices, and skip the job.
/// </summary>
[Task("rbd_fio")]
public sealed class RbdFioTask : ICheckedTask
{
    private const string Install = "command -v fio >/dev/null || sudo DEBIAN_FRONTEND=noninteractive apt-get -y install fio >/dev/null";

    /// <inheritdoc/>
    public void Check(TaskRun run) => _ = Clients(run);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var clients = Clients(run);
        if (clients.FirstOrDefault(c => c.Options.IoEngine != "rbd") is { Role: not null } kernel)
            throw new JobSkippedException($"task '{run.Name}': the io-engine {kernel.Options.IoEngine} of {kernel.Role} works on the kernel's block devices of RBD images, which machines of the lab have not");
        await InParallel.ForEachAsync(clients, (client, ct) => ClientAsync(run, client.Role, client.Remote, client.Options, ct), cancellationToken);
    }

    private static IReadOnlyList<(string Role, Remote Remote, RbdFioOptions Options)> Clients(TaskRun run)
    {
        var map = run.Map();
        if (map.Count == 0)
            throw run.Wrong("it needs a mapping of clients, or 'all', to settings");
        var clients = RoleOptions.Read<RbdFioOptions>(
            map.ContainsKey("all") ? new TaskRun { Job = run.Job, Name = run.Name, Config = Everywhere(run), Mark = run.Mark, Log = run.Log } : run, []);
        foreach (var (role, _, _) in clients)
            _ = RoleOptions.ClientId(run, role);
        return clients;
    }

    private static Yaml.YamlMap Everywhere(TaskRun run)
    {
        var all = new Yaml.YamlMap();
        foreach (var role in run.Job.Cluster.AllRoles.Where(Role.IsType("client")))
            all[role] = run.Map().Get("all");
        return all;
    }

    private static async Task ClientAsync(TaskRun run, string role, Remote remote, RbdFioOptions options, CancellationToken cancellationToken)
    {
        if ((await remote.RunAsync(RemoteCommand.Script(Install) with { CheckStatus = false, Label = "fio" }, cancellationToken)).ExitStatus != 0)
            throw new JobSkippedException($"task '{run.Name}' needs fio on {remote.ShortName}, which its apt sources do not have: write install: {{extra_packages: [fio]}}");
        var cluster = run.Job.Shared<CephClusters>().Find(Role.Split(role).Cluster);
        var images = new List<string>();
        foreach (var format in options.Formats)
        {
            foreach (var features in options.Features)
                await ImagesAsync(run, cluster, remote, options, $"i{format}f{string.Join('-', features)}{remote.ShortName}", format, features, images, cancellationToken);
        }

        var job = new StringBuilder($"[global]\nioengine=rbd\nclientname=admin\nclustername={cluster.Name}\npool=rbd\ninvalidate=0\nbs={options.Bs}\niodepth={options.IoDepth}\nsize={options.FioIoSize}\n")
            .Append($"time_based\nruntime={options.Runtime}\nnorandommap\nrw={options.Rw}\n");
        foreach (var image in images)
            job.Append($"[{image}]\nrbdname={image}\n");
        var file = $"{run.Job.TestDirectory}/rbd_fio.{role}";
        await remote.WriteFileAsync(file, job.ToString(), null, cancellationToken);
        run.Defer($"remove {file}", (_, ct) => remote.RunAsync(RemoteCommand.Args("rm", "-f", "--", file), ct));
        CephLog.Note(run.Log, $"rbd_fio: {options.Runtime} s of {options.Rw} on {string.Join(", ", images)}");
        await remote.RunAsync(RemoteCommand.Args("fio", file) with { Sudo = true, Label = $"fio of {role}" }, cancellationToken);
    }

    private static async Task ImagesAsync(
        TaskRun run, CephCluster cluster, Remote remote, RbdFioOptions options, string name, int format, IReadOnlyList<string> features, List<string> images, CancellationToken cancellationToken)
    {
        // Features are of format 2; striping is one that the size of stripes switches on
        List<string> create = ["create", "--size", $"{options.ImageSize}", "--image-format", $"{format}"];
        if (format == 2)
            create.AddRange(features.Where(f => f != "striping").SelectMany(f => new[] { "--image-feature", f }));
        if (options.ThickProvision)
            create.Add("--thick-provision");
        await RbdAsync([.. create, name]);
        images.Add(name);
        if (!options.Clones || format == 1)
        {
            run.Defer($"remove image {name}", (_, ct) => RbdAtEndAsync(["rm", "--no-progress", name], ct));
            return;
        }

        var (snapshot, clone) = ($"{name}@{name}Snap", $"{name}Clone");
        run.Defer($"remove image {name}", async (_, ct) =>
        {
            await RbdAtEndAsync(["rm", "--no-progress", clone], ct);
            await RbdAtEndAsync(["snap", "unprotect", snapshot], ct);
            await RbdAtEndAsync(["snap", "rm", "--no-progress", snapshot], ct);
            await RbdAtEndAsync(["rm", "--no-progress", name], ct);
        });
        await RbdAsync(["snap", "create", "--no-progress", snapshot]);
        await RbdAsync(["snap", "protect", snapshot]);
        await RbdAsync(["clone", snapshot, clone]);
        images.Add(clone);

        Task RbdAsync(IReadOnlyList<string> words) => remote.RunAsync(Rbd(words), cancellationToken);

        // After a failure some of it is not there
        Task RbdAtEndAsync(IReadOnlyList<string> words, CancellationToken ct) => remote.RunAsync(Rbd(words) with { CheckStatus = run.Job.Failures.First is null }, ct);

        RemoteCommand Rbd(IReadOnlyList<string> words) => cluster.Program(remote, ["rbd", "--cluster", cluster.Name, .. words]) with
        {
            Label = $"rbd {words[0]}",
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["RBD_FORCE_ALLOW_V1"] = "1" },
        };
    }
}
