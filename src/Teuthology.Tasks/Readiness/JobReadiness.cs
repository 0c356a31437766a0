using System.Collections.Concurrent;
using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// Reads a job as it stands: its tasks, those within groups included, the scripts that its workunits are, the commands that it runs, its packages and roles.
/// Safe for use by several threads.
/// </summary>
/// <param name="catalog">The tasks that there are.</param>
/// <param name="offered">Packages that machines can install; null when nobody knows, then none is missed.</param>
/// <param name="mostMachines">Machines that the lab gives at once.</param>
/// <param name="mostKernels">How many of them can have a kernel of their own.</param>
/// <param name="site">Where repositories of tests are; null asks for none.</param>
public sealed class JobReadiness(ITaskCatalog catalog, IReadOnlySet<string>? offered, int mostMachines, int mostKernels = 0, SiteConfig? site = null) : IJobReadiness, IKernelNeeds
{
    private readonly TestRepositories? _repositories = site is null ? null : new(site);
    private readonly ConcurrentDictionary<(string Root, string Unit), IReadOnlyList<JobNeed>> _scripts = new();
    private readonly ConcurrentDictionary<(string Suites, string Base), WorkunitTree> _trees = new();

    /// <inheritdoc/>
    public IReadOnlyList<JobNeed> Missing(YamlMap job, string? suitesDirectory, ITaskCatalog? tasks = null)
    {
        ArgumentNullException.ThrowIfNull(job);
        var needs = new List<JobNeed>();
        if (job.Get("roles") is YamlList roles && roles.Count > mostMachines)
            needs.Add(new JobNeed(NeedKind.Machine, $"{roles.Count} machines", $"the lab gives {mostMachines} at once; set TEUTHOLOGY_LAB_NODES"));
        tasks ??= catalog.Of(job, suitesDirectory);
        foreach (var entry in Tasks(job, tasks))
            needs.AddRange(OfTask(job, entry, suitesDirectory, tasks));
        if (mostKernels > 0 && needs.RemoveAll(KnownNeeds.IsOfKernel) > 0 && Places(job, suitesDirectory, looksAtScripts: true, tasks).Count is var kernels && kernels > mostKernels)
            needs.Add(new JobNeed(NeedKind.Machine, $"{kernels} machines with kernels of their own", $"the lab gives {mostKernels} at once; set TEUTHOLOGY_LAB_VMS"));
        return [.. needs.DistinctBy(need => (need.Kind, need.Name)).OrderBy(need => need.Kind)];
    }

    /// <inheritdoc/>
    /// <remarks>Those of the clients that a task names which needs the kernel; of all clients where it names none.</remarks>
    public IReadOnlySet<int> Places(YamlMap job, string? suitesDirectory, bool looksAtScripts, ITaskCatalog? tasks = null)
    {
        ArgumentNullException.ThrowIfNull(job);
        var places = new HashSet<int>();
        if (job.Get("roles") is not YamlList roles)
            return places;
        tasks ??= catalog.Of(job, suitesDirectory);
        foreach (var entry in Tasks(job, tasks).Where(entry => OfTask(job, entry, looksAtScripts ? suitesDirectory : null, tasks).Any(KnownNeeds.IsOfKernel)))
        {
            var named = Names(entry.Config).ToHashSet(StringComparer.Ordinal);
            places.UnionWith(Of(role => named.Contains(role)) is { Count: > 0 } some && !named.Contains("all") ? some : Of(_ => true));
        }

        return places;

        List<int> Of(Func<string, bool> fits) =>
            [.. Enumerable.Range(0, roles.Count).Where(place => roles[place] is YamlList one && one.OfType<string>().Any(role => Role.IsType("client")(role) && fits(role)))];
    }

    /// <summary>All tasks of a job, those that its groups name included, in order. What the engine refuses is passed over here.</summary>
    /// <param name="job">The merged job.</param>
    public IEnumerable<TaskEntry> Tasks(YamlMap job) => Tasks(job, catalog);

    private static IEnumerable<TaskEntry> Tasks(YamlMap job, ITaskCatalog tasks) => Entries(() => TaskList.OfJob(job)).SelectMany(entry => Within(job, entry, tasks, 0));

    private static IEnumerable<TaskEntry> Within(YamlMap job, TaskEntry entry, ITaskCatalog tasks, int depth)
    {
        if (!entry.IsBareList)
            yield return entry;
        var body = !tasks.TryFind(entry.Name, out var task) ? null : task.Members switch
        {
            TaskMembers.List => entry.Config,
            TaskMembers.Body => (entry.Config as YamlMap)?.Get("body"),
            _ => null,
        };
        if (body is null || depth > 20)
            yield break;
        foreach (var inner in Entries(() => TaskList.OfGroup(body, entry.Mark, entry.Name, job)).SelectMany(member => Within(job, member, tasks, depth + 1)))
            yield return inner;
    }

    private static IReadOnlyList<TaskEntry> Entries(Func<IReadOnlyList<TaskEntry>> read)
    {
        try
        {
            return read();
        }
        catch (ConfigurationException)
        {
            return []; // the engine tells it when the job's turn comes
        }
    }

    private IEnumerable<JobNeed> OfTask(YamlMap job, TaskEntry entry, string? suites, ITaskCatalog tasks)
    {
        foreach (var need in KnownNeeds.Of(entry.Name))
            yield return need;
        if (!tasks.TryFind(entry.Name, out _))
            yield return new JobNeed(NeedKind.Task, entry.Name.Replace('-', '_'), "no task of that name is here; one of your own is named by --tasks");
        var own = entry.Config as YamlMap ?? [];
        foreach (var need in entry.Name.Replace('-', '_') switch
        {
            "install" => InstallNeeds.Of(own, job, offered),
            "install.upgrade" => [new JobNeed(NeedKind.Package, "a second release of Ceph", "the machines have the packages of one release")],
            "thrashosds" when Merged(job, "thrashosds", own).Get("powercycle") is true => [KnownNeeds.Power],
            "s3tests" => _repositories?.Missing("s3-tests", Remotes(job, own)) ?? [],
            "ragweed" => _repositories?.Missing("ragweed", []) ?? [],
            "workunit" => OfWorkunits(job, own, suites),
            "exec" or "pexec" or "exec_on_cleanup" or "background_exec" => Texts(entry.Config).SelectMany(text => CommandNeeds.Of(text, offered, null)),
            _ => [],
        })
            yield return need;
    }

    private static IEnumerable<string?> Remotes(YamlMap job, YamlMap clients) => clients.Values.Select(
        client => (((job.Get("overrides") as YamlMap)?.Get("s3tests") as YamlMap)?.Get("git_remote") ?? (client as YamlMap)?.Get("git_remote")) as string);

    private static YamlMap Merged(YamlMap job, string task, YamlMap own) =>
        (YamlMap)DeepMerge.Merge(own, (job.Get("overrides") as YamlMap)?.Get(task) as YamlMap)!;

    private IEnumerable<JobNeed> OfWorkunits(YamlMap job, YamlMap own, string? suites)
    {
        if (suites is null)
            return [];
        try
        {
            var options = WorkunitOptions.Read(own, (job.Get("overrides") as YamlMap)?.Get("workunit") as YamlMap, (message, _) => new ConfigurationException(message));
            var tree = _trees.GetOrAdd((suites, options.BaseDirectory), static of => WorkunitTree.Open(of.Suites, of.Base));
            var source = Path.GetFullPath(Path.Combine(suites, "..", ".."));
            return [.. options.Clients.SelectMany(client => client.Specs).SelectMany(spec => OfSpec(tree, spec, source))];
        }
        catch (Exception e) when (e is ConfigurationException or FormatException)
        {
            return [new JobNeed(NeedKind.Source, "workunits", e.Message)];
        }
    }

    private IEnumerable<JobNeed> OfSpec(WorkunitTree tree, string spec, string source)
    {
        if (ShellWords.Split(spec) is not [var name, ..])
            return [];
        try
        {
            return tree.Select(name, spec).SelectMany(unit => _scripts.GetOrAdd(
                (tree.Root, unit), key => [.. CommandNeeds.Of(File.ReadAllText(Path.Combine(key.Root, key.Unit)), offered, source)]));
        }
        catch (ConfigurationException)
        {
            return [new JobNeed(NeedKind.Source, name, "no workunit of that name is in the checkout")];
        }
    }

    // Keys and texts, wherever they stand: roles are told from them by the job's own.
    private static IEnumerable<string> Names(object? value) => value switch
    {
        string text => [text],
        YamlList list => list.SelectMany(Names),
        YamlMap map => map.SelectMany(pair => Names(pair.Key).Concat(Names(pair.Value))),
        _ => [],
    };

    private static IEnumerable<string> Texts(object? value) => value switch
    {
        string text => [text],
        YamlList list => list.SelectMany(Texts),
        YamlMap map => map.Values.SelectMany(Texts),
        _ => [],
    };
}
