using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>Reads configurations of the form: nothing, a list of roles, or a mapping of roles to settings.</summary>
internal static class RoleOptions
{
    /// <summary>The roles in order, each with its machine and its settings.</summary>
    /// <param name="run">The task.</param>
    /// <param name="fallback">The roles when nothing is written.</param>
    /// <typeparam name="T">Record of one role's settings; see <see cref="TaskOptions.Options{T}"/>.</typeparam>
    /// <exception cref="ConfigurationException">An entry is no role of one machine, or its settings make no sense.</exception>
    public static IReadOnlyList<(string Role, Remote Remote, T Options)> Read<T>(TaskRun run, IEnumerable<string> fallback)
        where T : class => run.Config switch
        {
            null => [.. fallback.Select(role => (role, RoleCommands.Machine(run, role), Settings<T>(run, role, null)))],
            YamlList list => [.. Roles(run, list).Select(role => (role, RoleCommands.Machine(run, role), Settings<T>(run, role, null)))],
            YamlMap map => [.. map.Keys.Select(key => (Text(run, key), RoleCommands.Machine(run, key), Settings<T>(run, Text(run, key), map.Get(key), map.MarkOf(key))))],
            _ => throw run.Wrong("its configuration must be a list of roles or a mapping of roles to settings"),
        };

    /// <summary>The roles of a list.</summary>
    /// <param name="run">The task, for errors.</param>
    /// <param name="list">Where they stand.</param>
    /// <exception cref="ConfigurationException">An entry is no text.</exception>
    public static IEnumerable<string> Roles(TaskRun run, YamlList list) => list.Select((item, i) => item as string
        ?? throw new ConfigurationException($"task '{run.Name}': entry {i + 1} must be a role such as client.0", list.MarkOf(i) ?? run.Mark));

    /// <summary>Fails when a role is no client; returns its id.</summary>
    public static string ClientId(TaskRun run, string role) => Role.TrySplit(role) is { Type: "client" } client
        ? client.Id
        : throw run.Wrong($"'{role}' is no client: this needs roles such as client.0", role);

    private static string Text(TaskRun run, object key) => key as string ?? throw run.Wrong($"role '{key}' must be a text", key);

    // Under a name of its own: what stands in `overrides` under the task's name is about roles, not about one role's settings.
    private static T Settings<T>(TaskRun run, string role, object? config, YamlMark? mark = null)
        where T : class =>
        new TaskRun { Job = run.Job, Name = $"{run.Name}: {role}", Config = config, Mark = mark ?? run.Mark, Log = run.Log }.Options<T>();
}
