using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>What a job says about workunits: the task's configuration with <c>overrides.workunit</c> over it.</summary>
public sealed record WorkunitOptions
{
    private static readonly string[] RefKeys = ["suite_sha1", "suite_branch", "sha1", "tag", "branch"];

    /// <summary>Client roles, or <c>all</c>, with what each shall run: a script or a directory of scripts, then arguments.</summary>
    public required IReadOnlyList<(string Role, IReadOnlyList<string> Specs)> Clients { get; init; }

    /// <summary>Variables for the scripts.</summary>
    public required IReadOnlyList<(string Name, string Value)> Environment { get; init; }

    /// <summary>Limit of each script as <c>timeout</c> takes it; null for none.</summary>
    public string? Timeout { get; init; }

    /// <summary>Remove the working directories afterwards.</summary>
    public bool Cleanup { get; init; }

    /// <summary>Directory with the scripts, below the root of a Ceph source tree.</summary>
    public required string BaseDirectory { get; init; }

    /// <summary>Directory below the mount point to work in, instead of <c>client.ID/tmp</c>.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>Run scripts without adjust-ulimits and ceph-coverage.</summary>
    public bool Plain { get; init; }

    /// <summary>What scripts see as CEPH_REF.</summary>
    public required string Ref { get; init; }

    /// <summary>Reads a <c>workunit</c> task's configuration.</summary>
    /// <param name="run">The task.</param>
    /// <exception cref="ConfigurationException">A value is of the wrong kind, or <c>clients</c> is missing.</exception>
    public static WorkunitOptions Read(TaskRun run) => Read(
        run.Config as YamlMap ?? throw run.Wrong("its configuration must be a mapping with the key 'clients'"),
        run.Job.Overrides("workunit"),
        (message, key) => run.Wrong(message, key));

    /// <summary>Merges and reads.</summary>
    /// <param name="config">The task's configuration.</param>
    /// <param name="overrides">The job's <c>overrides.workunit</c>, or null.</param>
    /// <param name="wrong">Makes the error for a message and the key it is about.</param>
    /// <exception cref="ConfigurationException">A value is of the wrong kind, or <c>clients</c> is missing.</exception>
    public static WorkunitOptions Read(YamlMap config, YamlMap? overrides, Func<string, string, ConfigurationException> wrong)
    {
        var over = overrides is null ? null : (YamlMap)YamlCopy.DeepCopy(overrides)!;
        if (RefKeys.Any(k => config.Get(k) is not null))
            Array.ForEach(RefKeys, k => over?.Remove(k));
        var merged = (YamlMap)DeepMerge.Merge(config, over)!;
        if (!merged.TryGetMap("clients", out var clients))
            throw wrong("'clients' must be a mapping of client roles, or 'all', to lists of scripts", "clients");

        return new WorkunitOptions
        {
            Clients = [.. clients.Select(c => (Text(c.Key), Specs(c.Value)))],
            Environment = merged.Get("env") switch
            {
                null => [],
                YamlMap env => [.. env.Select(e => (Text(e.Key), Text(e.Value)))],
                _ => throw wrong("'env' must be a mapping", "env"),
            },
            Timeout = merged.ContainsKey("timeout") ? Limit(merged.Get("timeout")) : "3h",
            Cleanup = merged.Get("cleanup") is not false,
            BaseDirectory = merged.Get("basedir") as string ?? "qa/workunits",
            Subdirectory = merged.Get("subdir") as string,
            Plain = merged.Get("no_coverage_and_limits") is true,
            Ref = RefKeys.Select(merged.Get).FirstOrDefault(r => r is not null) is { } reference ? Text(reference) : "HEAD",
        };

        IReadOnlyList<string> Specs(object? value) => value is YamlList list
            ? [.. list.Select(s => s as string ?? throw wrong("each workunit must be a text: a script, then its arguments", "clients"))]
            : throw wrong("each client must have a list of workunits", "clients");
    }

    private static string? Limit(object? value) => Text(value) is { Length: > 0 } text and not "0" ? text : null;

    private static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "",
    };
}
