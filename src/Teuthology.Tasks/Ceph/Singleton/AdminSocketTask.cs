using System.Text;
using System.Text.Json;
using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>admin_socket</c>: gives commands to daemons and clients by their admin sockets; the answers must be JSON. Configuration: role: {command: {args: [...], test: URL or
/// path}}; a test is a program that gets the answer on standard input and judges it by its status.
/// </summary>
[Task("admin_socket")]
public sealed class AdminSocketTask : IJobTask
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private const int Tries = 120;

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var config = (YamlMap)DeepMerge.Merge(run.Map(), null)!;
        foreach (var (role, commands) in config)
        {
            if (commands is not YamlMap map)
                throw run.Wrong($"'{role}' must be a mapping of commands", role);
            var remote = run.Job.Cluster.Single($"{role}");
            var socket = await SocketAsync(run, $"{role}", remote, cancellationToken);
            foreach (var (command, settings) in map)
            {
                var over = (YamlMap)DeepMerge.Merge(settings as YamlMap ?? [], run.Job.Overrides("admin_socket"))!;
                await AskAsync(run, (remote, socket, $"{role}"), $"{command}", over, cancellationToken);
            }
        }
    }

    private static async Task AskAsync(TaskRun run, (Remote Remote, string Socket, string Role) of, string command, YamlMap settings, CancellationToken cancellationToken)
    {
        var (remote, socket, role) = of;
        var arguments = settings.Get("args") is YamlList list ? list.Select(a => $"{a}") : [];
        string[] words = ["ceph", "--admin-daemon", socket, .. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), .. arguments];
        for (var tried = 1; ; tried++)
        {
            var result = await remote.RunAsync(RemoteCommand.Args(words) with { Sudo = true, CheckStatus = false, Label = $"admin socket of {role}" }, cancellationToken);
            if (result.ExitStatus == 0 && IsJson(result.Stdout))
            {
                await JudgeAsync(run, role, command, settings, result.Stdout, remote, cancellationToken);
                return;
            }

            // A command that the daemon does not know will not be known a minute later
            if (tried == Tries || result.ExitStatus is 0 or 22)
                throw new TeuthologyException(FailureKind.Product, $"admin socket of {role}: {command}: " + (result.ExitStatus == 0 ? $"the answer is no JSON: {result.Stdout}" : $"status {result.ExitStatus}: {result.Stderr.Trim()}"));
            await Task.Delay(Pause, run.Job.Time, cancellationToken);
        }
    }

    /// <summary>Its socket; a client's has the number of its process in it.</summary>
    private static async Task<string> SocketAsync(TaskRun run, string role, Remote remote, CancellationToken cancellationToken)
    {
        var name = Role.Split(role);
        var path = "";
        await new Poll { Sleep = Pause, Tries = Tries, Time = run.Job.Time, Action = $"admin socket of {role}" }.UntilAsync(
            async ct =>
            {
                var found = await remote.RunAsync(
                    RemoteCommand.Script($"ls -t /var/run/ceph/{name.Cluster}-{name.Daemon}.asok /var/run/ceph/{name.Cluster}-{name.Daemon}.*.asok 2>/dev/null | head -n 1") with { Quiet = true, CheckStatus = false }, ct);
                path = found.Stdout.Trim();
                return path.Length > 0;
            },
            cancellationToken);
        return path;
    }

    private static async Task JudgeAsync(TaskRun run, string role, string command, YamlMap settings, string answer, Remote remote, CancellationToken cancellationToken)
    {
        if (settings.Get("test") is not string test)
            return;
        var place = test.Replace("{branch}", settings.Get("branch") as string ?? "master", StringComparison.Ordinal);
        var program = $"{run.Job.TestDirectory}/admin_socket_{role}";
        run.Defer($"remove {program}", (_, ct) => remote.RunAsync(RemoteCommand.Args("rm", "-f", program), ct));
        if (File.Exists(place))
            await remote.WriteFileAsync(program, await File.ReadAllTextAsync(place, cancellationToken), null, cancellationToken);
        else
            await remote.RunAsync(RemoteCommand.Args("wget", "-q", "-O", program, place), cancellationToken);
        await remote.RunAsync(RemoteCommand.Args("chmod", "u=rx", program), cancellationToken);
        await remote.RunAsync(RemoteCommand.Args(program) with { Stdin = Encoding.UTF8.GetBytes(answer), Label = $"test of {role} {command}" }, cancellationToken);
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
