using System.Text.Json.Nodes;
using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>check-counter</c>: when the job unwinds, each counter named must be above 0 in at least one running daemon of its type. Keys: <c>counters</c>
/// ({type: [subsystem.name]}), <c>cluster_name</c>, <c>dry_run</c>.
/// </summary>
[Task("check-counter")]
public sealed class CheckCounterTask : IJobTask
{
    /// <inheritdoc/>
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var over = run.Job.Overrides("check-counter") ?? run.Job.Overrides("check_counter");
        var config = (YamlMap)DeepMerge.Merge(run.Map(), over)!;
        if (config.Get("dry_run") is true)
        {
            CephLog.Note(run.Log, "check-counter: not to be checked (dry_run)");
            return Task.CompletedTask;
        }

        var wanted = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var (type, names) in config.Get("counters") as YamlMap ?? [])
        {
            wanted[$"{type}"] = names is YamlList list
                ? [.. list.Select(n => Name(n) ?? throw run.Wrong("a counter is written as SUBSYSTEM.NAME, or as {name: SUBSYSTEM.NAME}", "counters"))]
                : throw run.Wrong($"'counters.{type}' must be a list of counters", "counters");
        }

        run.Defer("check counters", (_, ct) => CheckAsync(run, config.Get("cluster_name") as string, wanted, ct));
        return Task.CompletedTask;
    }

    private static string? Name(object? counter) => counter switch
    {
        string text => text,
        YamlMap map => map.Get("name") as string,
        _ => null,
    };

    private static async Task CheckAsync(TaskRun run, string? name, Dictionary<string, List<string>> wanted, CancellationToken cancellationToken)
    {
        var cluster = run.Job.Shared<CephClusters>().Find(name ?? "ceph");
        var unseen = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var (type, names) in wanted)
        {
            var left = names.ToHashSet(StringComparer.Ordinal);
            foreach (var daemon in cluster.Layout.OfType(type).Where(cluster.Processes.Runs))
            {
                var dump = await daemon.SocketAsync("perf dump", null, cancellationToken);
                left.RemoveWhere(counter => Value(run, daemon, dump, counter) > 0);
            }

            if (left.Count > 0)
                unseen[type] = [.. left.Order(StringComparer.Ordinal)];
        }

        if (unseen.Count > 0)
            throw new TeuthologyException(FailureKind.Product, $"The following counters failed to be set on {string.Join(", ", unseen.Keys)} daemons: {string.Join("; ", unseen.Select(u => $"{u.Key}: {string.Join(' ', u.Value)}"))}");
    }

    private static double Value(TaskRun run, CephDaemon daemon, JsonNode dump, string counter)
    {
        var (subsystem, name) = counter.LastIndexOf('.') is var dot and > 0 ? (counter[..dot], counter[(dot + 1)..]) : ("", counter);
        var node = dump[subsystem]?[name];
        if (node is null)
            CephLog.Warn(run.Log, $"check-counter: {daemon.Role} has no counter {counter}");
        return node switch
        {
            JsonValue value => (double)value,
            JsonObject average => (double?)average["avgcount"] ?? 0,
            _ => 0,
        };
    }
}
