using Teuthology.Jobs;
using Teuthology.Suites;
using Teuthology.Tasks;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary>
/// Counts what jobs of a suite need. Jobs that differ only in fragments which say nothing about tasks, packages or machines are looked at once, so that a
/// suite of a million jobs takes seconds.
/// </summary>
/// <param name="readiness">Looks at a job.</param>
/// <param name="composer">Makes jobs.</param>
/// <param name="suitesDirectory">Where they come from.</param>
/// <param name="own">The tasks that are here without the checkout's.</param>
internal sealed class SuiteReadiness(JobReadiness readiness, JobComposer composer, string suitesDirectory, ITaskCatalog own)
{
    private static readonly string[] Quiet = ["openstack", "os_type", "os_version", "meta", "kernel", "ktype", "log-rotate"];
    private static readonly string[] Telling = ["install", "thrashosds", "workunit"];

    private readonly Dictionary<string, bool> _speaks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JobNeeds?> _found = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _tasks = new(StringComparer.Ordinal);
    private readonly Dictionary<(NeedKind Kind, string Name), (JobNeed Need, long Jobs, long Alone)> _missing = [];

    /// <summary>Jobs so far.</summary>
    public long Jobs { get; private set; }

    /// <summary>Those that miss nothing.</summary>
    public long Ready { get; private set; }

    /// <summary>Those whose tasks are all here, none the checkout's.</summary>
    public long Own { get; private set; }

    /// <summary>How many jobs name each task, the most frequent one first.</summary>
    public IEnumerable<(string Task, long Jobs)> Tasks => _tasks.Select(t => (t.Key, t.Value)).OrderByDescending(t => t.Value).ThenBy(t => t.Key, StringComparer.Ordinal);

    /// <summary>What is missing, for how many jobs, and for how many of them it is all.</summary>
    public IEnumerable<(JobNeed Need, long Jobs, long Alone)> Missing => _missing.Values.OrderByDescending(m => m.Jobs).ThenBy(m => m.Need.Kind).ThenBy(m => m.Need.Name, StringComparer.Ordinal);

    /// <summary>Looks at a job.</summary>
    /// <returns>Null for one that a script or its own exclusions leave out.</returns>
    /// <exception cref="ConfigurationException">A fragment cannot be read or merged.</exception>
    public JobNeeds? Add(SuiteJob job)
    {
        var key = string.Join('\n', job.Fragments.Where(fragment => Speaks(job.Suite, fragment)));
        if (!_found.TryGetValue(key, out var needs))
            _found[key] = needs = Of(job);
        if (needs is null)
            return null;
        Jobs++;
        if (needs.Missing.Count == 0)
            Ready++;
        if (needs.Tasks.All(task => own.TryFind(task, out _)))
            Own++;
        foreach (var task in needs.Tasks)
            _tasks[task] = _tasks.GetValueOrDefault(task) + 1;
        foreach (var need in needs.Missing)
        {
            var before = _missing.GetValueOrDefault((need.Kind, need.Name), (need, 0, 0));
            _missing[(need.Kind, need.Name)] = (need, before.Jobs + 1, before.Alone + (needs.Missing.Count == 1 ? 1 : 0));
        }

        return needs;
    }

    private JobNeeds? Of(SuiteJob job) => composer.Compose(job)?.Config is { } config
        ? new JobNeeds([.. readiness.Tasks(config).Select(task => task.Name.Replace('-', '_')).Distinct(StringComparer.Ordinal)], readiness.Missing(config, suitesDirectory))
        : null;

    private bool Speaks(string suite, string fragment)
    {
        var path = Path.Combine(suitesDirectory, suite.Replace(':', '/'), fragment);
        if (!_speaks.TryGetValue(path, out var speaks))
            _speaks[path] = speaks = YamlLoader.LoadFile(path) is YamlMap map && map.Any(part => Speaks(part.Key, part.Value));
        return speaks;
    }

    private static bool Speaks(object key, object? value) => key switch
    {
        "overrides" => value is YamlMap overrides && overrides.Keys.Any(Telling.Contains),
        _ => !Quiet.Contains(key),
    };
}
