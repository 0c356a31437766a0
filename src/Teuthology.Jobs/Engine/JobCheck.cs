using Microsoft.Extensions.DependencyInjection;
using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>Checks a job before anything is locked; finds every problem, not only the first.</summary>
internal sealed class JobCheck
{
    private readonly YamlMap _job;
    private readonly ITaskCatalog _catalog;
    private readonly IServiceProviderIsService? _services;
    private readonly List<ConfigurationException> _problems = [];
    private readonly List<(TaskEntry Task, LabFeatures Needs)> _needs = [];
    private readonly PaperJob _paper;

    private JobCheck(YamlMap job, ITaskCatalog catalog, PaperJob paper)
    {
        _job = job;
        _catalog = catalog;
        _paper = paper;
        _services = paper.Services.GetService<IServiceProviderIsService>();
    }

    /// <exception cref="ConfigurationException">One problem as it is, several as a list of lines.</exception>
    public static JobPlan Plan(YamlMap job, ITaskCatalog catalog, PaperJob paper, IReadOnlyList<Target> targets)
    {
        var check = new JobCheck(job, catalog, paper);
        check._problems.AddRange(JobKeys.Errors(job));
        var roles = check.Try(check.Roles) ?? [];
        paper.Fill(roles, targets);
        check.Try(check.Overrides);
        check.Try(check.OwnNeeds);
        var lab = check.Try(() => LabSection.Read(job));
        check.Try(() => MachineLimits.Read(job, SiteConfig.Empty));
        var packages = PackageChecks.Of(job, check.Try(() => TaskList.OfJob(job)) ?? []);
        if (job.ContainsKey("kernel"))
            check.Own(new TaskEntry("kernel", job.Get("kernel"), job.MarkOf("kernel")));
        check.Try(() => check.RedHat(paper.Site));
        foreach (var entry in packages.First is null ? packages.Tasks : packages.Tasks.Prepend(packages.First))
        {
            if (entry.Name == "kernel")
                check._problems.Add(new ConfigurationException("kernel installation should be a base-level item, not part of the tasks list", entry.Mark));
            else
                check.Walk(entry, []);
        }

        check.ThrowIfAny();
        return new JobPlan { Tasks = packages.Tasks, Packages = packages, Roles = roles, Needs = check._needs, Lab = lab };
    }

    // Its tasks are the framework's, save one that upstream cannot start either.
    private object? RedHat(SiteConfig site)
    {
        if (RedHatSection.Of(_job, site) is not { } section)
            return null;
        section.Check(_catalog);
        if (section.LatestKernel)
            Own(new TaskEntry("kernel.install_latest_rh_kernel", null, _job.MarkOf("redhat")));
        Own(new TaskEntry("install", null, _job.MarkOf("redhat")));
        return null;
    }

    private void Walk(TaskEntry entry, HashSet<object> within)
    {
        if (!_catalog.TryFind(entry.Name, out var task))
        {
            _problems.Add(TaskErrors.Unknown(entry, _catalog));
            return;
        }

        if (task.Needs != LabFeatures.None)
            _needs.Add((entry, task.Needs));
        if (_services is not null && task.MissingService(_services) is { } missing)
            _problems.Add(new ConfigurationException($"task '{entry.Name}': {task.Type} asks for {missing}, which is no registered service", entry.Mark));
        else
            Own(entry);
        if (task.Options is not null)
            Options(entry, task.Options);

        var body = task.Members switch
        {
            TaskMembers.List => entry.Config,
            TaskMembers.Body => (entry.Config as YamlMap)?.Get("body"),
            _ => null,
        };
        if (body is null)
            return;
        if (!within.Add(body))
        {
            _problems.Add(new ConfigurationException($"'{entry.Name}' contains itself through a top-level section", entry.Mark));
            return;
        }

        foreach (var member in Try(() => TaskList.OfGroup(body, entry.Mark, entry.Name, _job)) ?? [])
            Walk(member, within);
        within.Remove(body);
    }

    // What a task itself has to say of its configuration.
    private void Own(TaskEntry entry)
    {
        if (_catalog.TryFind(entry.Name, out var task) && task.Type.IsAssignableTo(typeof(ICheckedTask)))
        {
            Try<object>(() =>
            {
                _paper.Check((ICheckedTask)task.Create(_paper.Services), entry);
                return null!;
            });
        }
    }

    private void Options(TaskEntry entry, Type type)
    {
        var reader = new OptionsReader(entry.Name);
        var overrides = (_job.Get("overrides") as YamlMap)?.Get(entry.Name);
        Try(() => reader.Read(type, DeepMerge.Merge(entry.Config, overrides), entry.Mark));
        _problems.AddRange(reader.Problems);
    }

    private List<IReadOnlyList<string>> Roles() => _job.Get("roles") switch
    {
        null => [],
        YamlList { Count: 0 } => throw new ConfigurationException("'roles' is empty; leave it out for a job without machines", _job.MarkOf("roles")),
        YamlList nodes => [.. nodes.Select((node, i) => RolesOfNode(node, nodes.MarkOf(i)))],
        var other => throw new ConfigurationException($"'roles' must be a list of lists of strings, not {YamlKind.Of(other)}", _job.MarkOf("roles")),
    };

    private static List<string> RolesOfNode(object? node, YamlMark? mark)
    {
        if (node is not YamlList list)
            throw new ConfigurationException($"'roles' must hold one list of strings for each machine, not {YamlKind.Of(node)}", mark);
        if (list.Count == 0)
            throw new ConfigurationException("a machine in 'roles' has no role", mark);
        return [.. list.Select((role, i) => role is string { Length: > 0 } name
            ? name
            : throw new ConfigurationException($"Roles in config must be strings: {YamlKind.Of(role)}", list.MarkOf(i)))];
    }

    // A job whose commands need more than its tasks tell says so itself: needs: [root, own_root].
    private object? OwnNeeds()
    {
        if (_job.Get("needs") is not { } needs)
            return null;
        var mark = _job.MarkOf("needs");
        if (needs is not YamlList list)
            throw new ConfigurationException($"'needs' must be a list of features, not {YamlKind.Of(needs)}", mark);
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is not string word || LabFit.Feature(word) is not { } feature)
                throw new ConfigurationException($"'needs' has {YamlKind.Of(list[i])}; a feature is one of {string.Join(", ", LabFit.FeatureWords)}", list.MarkOf(i));
            _needs.Add((new TaskEntry("needs", null, list.MarkOf(i)), feature));
        }

        return null;
    }

    private object? Overrides() => _job.Get("overrides") is null or YamlMap
        ? null
        : throw new ConfigurationException("'overrides' must be a mapping", _job.MarkOf("overrides"));

    private T? Try<T>(Func<T?> read)
        where T : class?
    {
        try
        {
            return read();
        }
        catch (ConfigurationException e)
        {
            _problems.Add(e);
            return null;
        }
    }

    private void ThrowIfAny()
    {
        if (_problems.Count == 1)
            throw _problems[0];
        if (_problems.Count > 1)
            throw new ConfigurationException($"the job has {_problems.Count} problems:\n" + string.Join('\n', _problems.Select(p => "  " + p.Message)));
    }
}
