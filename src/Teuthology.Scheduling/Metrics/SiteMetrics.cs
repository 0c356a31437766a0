using System.Text;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Scheduling;

/// <summary>A site's numbers for Prometheus, by upstream's names.</summary>
/// <param name="queue">The queue.</param>
/// <param name="nodes">The machines.</param>
/// <param name="results">Runs and jobs.</param>
/// <param name="site">The site's configuration: <c>active_machine_types</c>.</param>
public sealed class SiteMetrics(IJobQueue queue, INodeDirectory nodes, IResultsDirectory results, SiteConfig site)
{
    private readonly EndedJobs _ended = new(results);

    /// <summary>The numbers as they were at the last update, in Prometheus' text format.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Asks the queue, the machines and the results.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: one of them does not answer.</exception>
    public async Task UpdateAsync(CancellationToken cancellationToken)
    {
        var tubes = await queue.TubesAsync(cancellationToken);
        var machines = await nodes.ListAsync(NodeQuery.All, cancellationToken);
        await _ended.UpdateAsync(cancellationToken);
        var working = HostProcesses.Tubes();
        var types = site.All.Get("active_machine_types") is Yaml.YamlList { Count: > 0 } active
            ? active.Select(type => type?.ToString() ?? "").ToList()
            : [.. tubes.Select(tube => tube.Name).Concat(machines.Select(node => node.MachineType)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var text = new StringBuilder();
        foreach (var metric in Metrics(types, tubes, machines, working))
            metric.Write(text);
        Text = text.ToString();
    }

    private IEnumerable<Metric> Metrics(List<string> types, IReadOnlyList<TubeState> tubes, IReadOnlyList<NodeRecord> machines, IReadOnlyList<string> working)
    {
        yield return Metric.Of("teuthology_dispatchers", "gauge", "Teuthology Dispatchers", types.Select(type => (Type(type), (double)working.Count(tube => tube == type))));
        yield return Metric.Of("beanstalk_queue_length", "gauge", "Beanstalk Queue Length", types.Select(type => (Type(type), (double)(Tube(type)?.Waiting ?? 0))));
        yield return Metric.Of("beanstalk_queue_paused", "gauge", "Beanstalk Queue is Paused", types.Select(type => (Type(type), Tube(type)?.Pause is null ? 0.0 : 1)));
        yield return Metric.Of("teuthology_job_processes", "gauge", "Teuthology Job Processes", [([], HostProcesses.Jobs())]);
        yield return Metric.Of("teuthology_nodes", "gauge", "Teuthology Nodes", from type in types from up in Both from locked in Both select (
            Type(type).Concat([("locked", Truth(locked)), ("up", Truth(up))]).ToArray(), (double)machines.Count(node => node.MachineType == type && (node.Up == true) == up && node.Locked == locked)));
        yield return Metric.Of("teuthology_job_results_total", "counter", "Teuthology Job Results", _ended.Results.Select(entry => (
            Type(entry.Key.MachineType).Append(("status", entry.Key.Status)).ToArray(), (double)entry.Value)));
        yield return Summary("teuthology_job_duration_seconds", "Time spent executing a job", _ended.Durations.Select(entry => (new[] { ("suite", entry.Key) }, entry.Value)));
        yield return Summary("teuthology_task_duration_seconds", "Time spent executing a task", _ended.Tasks.Select(entry => (new[] { ("name", entry.Key.Name), ("phase", entry.Key.Phase) }, entry.Value)));

        TubeState? Tube(string type) => tubes.FirstOrDefault(tube => tube.Name == type);
    }

    private static readonly bool[] Both = [true, false];

    private static (string Label, string Value)[] Type(string type) => [("machine_type", type)];

    private static string Truth(bool value) => value ? "True" : "False";

    private static Metric Summary(string name, string help, IEnumerable<((string Label, string Value)[] Labels, (long Count, double Sum) Value)> values) =>
        new(name, "summary", help, values.SelectMany(value => new[] { ("_count", value.Labels, (double)value.Value.Count), ("_sum", value.Labels, value.Value.Sum) }));
}
