using System.Text.RegularExpressions;
using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>What tasks that run tests of gateways on clients have in common.</summary>
internal static partial class TestClients
{
    /// <summary>The task with <c>overrides</c> of that name over each client's settings.</summary>
    /// <param name="run">The task.</param>
    /// <param name="name">Its key in the overrides.</param>
    public static TaskRun WithOverrides(TaskRun run, string name)
    {
        var over = run.Job.Overrides(name);
        IEnumerable<(object Key, object? Value)> clients = run.Config switch
        {
            null => run.Job.Cluster.AllRoles.Where(Role.IsType("client")).Select(role => ((object)role, (object?)null)),
            YamlList list => RoleOptions.Roles(run, list).Select(role => ((object)role, (object?)null)),
            YamlMap map => map.Select(c => (c.Key, c.Value)),
            _ => throw run.Wrong("its configuration must be a list of clients or a mapping of clients to settings"),
        };
        var merged = new YamlMap();
        foreach (var (key, value) in clients)
            merged[key] = value is null or YamlMap ? DeepMerge.Merge(YamlCopy.DeepCopy(value) ?? new YamlMap(), over) : throw run.Wrong($"'{key}' must be a mapping of settings, or empty", key);

        return new TaskRun { Job = run.Job, Name = run.Name, Config = merged, Mark = run.Mark, Log = run.Log };
    }

    /// <summary>Arguments are a text or a list of texts.</summary>
    /// <param name="run">The task.</param>
    /// <param name="role">The client.</param>
    /// <param name="arguments">What the job says.</param>
    public static void CheckArguments(TaskRun run, string role, object? arguments)
    {
        if (arguments is not (null or string or YamlList))
            throw run.Wrong($"'extra_args' of '{role}' must be a text or a list", role);
    }

    /// <summary>Where the gateway of a client listens.</summary>
    /// <param name="run">The task.</param>
    /// <param name="server">The client.</param>
    public static Uri Endpoint(TaskRun run, string server) => run.Job.Shared<RgwEndpoints>().All.TryGetValue(server, out var endpoint)
        ? endpoint
        : throw run.Wrong($"'{server}' has no gateway; the job must have an rgw task before this one");

    /// <summary>Settings of boto on a client's machine; they go when the job unwinds.</summary>
    /// <param name="run">The task.</param>
    /// <param name="remote">The machine.</param>
    /// <param name="idleTimeout">Seconds that an answer may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The file.</returns>
    public static async Task<string> WriteBotoAsync(TaskRun run, Remote remote, int idleTimeout, CancellationToken cancellationToken)
    {
        var boto = $"{run.Job.TestDirectory}/boto.cfg";
        await remote.WriteFileAsync(boto, $"[Boto]\nhttp_socket_timeout = {idleTimeout}\n", null, cancellationToken);
        run.Defer($"remove {boto}", (_, ct) => remote.RunAsync(RemoteCommand.Args("rm", "-f", "--", boto), ct));
        return boto;
    }

    /// <summary>Runs them; there must be some.</summary>
    /// <param name="run">The task.</param>
    /// <param name="remote">The client's machine.</param>
    /// <param name="role">The client.</param>
    /// <param name="runner"><c>nose</c> or <c>pytest</c>.</param>
    /// <param name="directory">Where the tests are.</param>
    /// <param name="python">The interpreter.</param>
    /// <param name="attributes">Which tests; with <c>!</c>, which not.</param>
    /// <param name="arguments">Further arguments.</param>
    /// <param name="environment">Variables.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task RunAsync(
        TaskRun run, Remote remote, string role, string runner, string directory, string python, IEnumerable<string> attributes, object? arguments,
        IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        IEnumerable<string> words = runner == "nose"
            ? ["-m", "nose", "-w", directory, "-v", "-a", string.Join(',', attributes)]
            : ["-m", "pytest", "-v", "-m", string.Join(" and ", attributes.Select(a => a.StartsWith('!') ? $"not {a[1..]}" : a))];
        IEnumerable<string> more = arguments switch
        {
            string text => ShellWords.Split(text),
            YamlList list => list.Select(item => $"{item}"),
            _ => [],
        };
        var result = await remote.RunAsync(
            RemoteCommand.Args([python, .. words, .. more]) with { Cwd = directory, Environment = environment, Label = $"{run.Name} tests of {role}" }, cancellationToken);
        var ran = Ran().Match(result.Stderr + result.Stdout);
        if (!ran.Success || ran.Groups["count"].Value == "0")
            throw new TeuthologyException(FailureKind.Test, $"{run.Name} of {role}: no test was run");
        CephLog.Note(run.Log, $"{run.Name}: {ran.Value} for {role}");
        run.Job.Summary[$"{run.Name}.{role}"] = long.Parse(ran.Groups["count"].Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"Ran (?<count>\d+) tests?|(?<count>\d+) passed", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Ran();
}
