using System.Diagnostics;
using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>cephmetrics</c>: plays cephmetrics' playbook on a cluster that runs, with an inventory made of the job's roles (<c>cephmetrics.*</c> is the
/// dashboard's machine), waits for data and runs its integration tests on the controller.
/// </summary>
[Task("cephmetrics")]
public sealed class CephMetricsTask : JobTask<CephMetricsOptions>, ICheckedTask
{
    private static readonly Dictionary<string, string> Groups = new(StringComparer.Ordinal)
    {
        ["mons"] = "mon", ["mgrs"] = "mgr", ["mdss"] = "mds", ["osds"] = "osd", ["rgws"] = "rgw", ["clients"] = "client", ["ceph-grafana"] = "cephmetrics",
    };

    /// <inheritdoc/>
    public void Check(TaskRun run)
    {
        if (!run.TryOptions<CephMetricsOptions>(out var options))
            return;
        TargetHosts.Of(run, options.Hosts);
        Tests(run, options);
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(TaskRun run, CephMetricsOptions options, CancellationToken cancellationToken)
    {
        var machines = TargetHosts.Of(run, options.Hosts);
        var (program, arguments) = Tests(run, options);
        await AnsibleProgram.EnsureAsync(run, cancellationToken);
        var repo = options.Repo ?? $"{run.Job.Options.Site.All.Get("ceph_git_base_url") as string ?? "https://github.com/ceph/"}cephmetrics.git";
        var repository = run.Use(await PlaybookRepository.CloneAsync(run, repo, options.Branch, cancellationToken));
        await File.WriteAllTextAsync(
            repository.Inventory,
            RoleGroups.Write(run, machines, Groups, remote => new YamlMap { ["ansible_user"] = remote.User }),
            cancellationToken);
        var play = new AnsibleOptions { Repo = repository.Root, Playbook = options.Playbook, Inventory = repository.Inventory, Vars = options.Vars };
        await using (var prepared = await AnsiblePlay.PrepareAsync(run, play, machines, null, cancellationToken))
            await prepared.RunAsync(cleanup: false, cancellationToken);
        TasksLog.Text(run.Log, $"Waiting {options.Wait.TotalSeconds:0.###}s for data collection before running tests...");
        await Task.Delay(options.Wait, run.Job.Time, cancellationToken);
        await TestAsync(run, repository, program, [.. arguments, repository.Inventory], cancellationToken);
    }

    private static (string Program, IReadOnlyList<string> Arguments) Tests(TaskRun run, CephMetricsOptions options)
    {
        try
        {
            return ShellWords.Split(options.Tests).ToArray() is [var program, .. var arguments] ? (program, arguments) : throw run.Wrong("'tests' must name a program", "tests");
        }
        catch (FormatException e)
        {
            throw run.Wrong($"'tests' has {e.Message}", "tests");
        }
    }

    private static async Task TestAsync(TaskRun run, PlaybookRepository repository, string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        TasksLog.Text(run.Log, "Running tests...");
        var start = new ProcessStartInfo(program.Contains('/') ? Path.GetFullPath(program, repository.Root) : program, arguments)
        {
            WorkingDirectory = repository.Root, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var status = await ControllerProgram.RunAsync(start, line => TasksLog.Text(run.Log, line), cancellationToken);
        if (status != 0)
            throw new TeuthologyException(FailureKind.Test, $"Command failed with status {status}: {PythonRepr.Of($"{program} {ShellQuote.Join(arguments)}")}");
    }
}
