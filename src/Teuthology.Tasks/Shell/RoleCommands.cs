using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>Reads <c>{role: [commands]}</c> of the tasks that run commands.</summary>
internal static class RoleCommands
{
    /// <summary>The commands under a role: one text, or a list of texts.</summary>
    public static IReadOnlyList<string> Commands(TaskRun run, object key) => run.Map().Get(key) switch
    {
        string one => [one],
        YamlList list => [.. list.Select(item => item switch
        {
            string text => text,
            null or YamlMap or YamlList => throw run.Wrong($"the commands of '{key}' must be texts; quote one that has a colon in it", key),
            var scalar => scalar.ToString()!,
        })],
        null => [],
        _ => throw run.Wrong($"the commands of '{key}' must be a list", key),
    };

    /// <summary>The one machine that has a role, with an error that names the line.</summary>
    public static Remote Machine(TaskRun run, object key) => Machine(run, key, key as string ?? throw run.Wrong($"role '{key}' must be a text", key));

    /// <summary>The one machine that has a role which stands below <paramref name="key"/>.</summary>
    public static Remote Machine(TaskRun run, object key, string role)
    {
        try
        {
            return run.Job.Cluster.Single(role);
        }
        catch (ConfigurationException e) when (e.Mark is null)
        {
            throw run.Wrong(e.Message, key);
        }
    }

    /// <summary>A bash command as exec-like tasks run it: as root where the machine has one, with TESTDIR set.</summary>
    public static RemoteCommand Bash(TaskRun run, Remote remote, string command) => RemoteCommand.Args("bash", "-c", command) with
    {
        Sudo = run.Job.HasSudo(remote),
        Environment = Environment(run, remote),
    };

    public static IReadOnlyDictionary<string, string> Environment(TaskRun run, Remote remote)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["TESTDIR"] = run.Job.TestDirectory };
        if (run.Job.Shared<CoverageFolders>().PrefixOn(remote) is { } prefix)
            variables["GCOV_PREFIX"] = prefix;
        return variables;
    }
}
