using System.Text.RegularExpressions;
using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>dnsmasq</c>: names that machines of the job resolve, with all below them, until it unwinds. A mapping of roles to a list of names for that machine itself, or to a mapping of names to
/// roles; a name that ends with a dot goes before the machine's own. Other names are asked for where they were before.
/// </summary>
[Task("dnsmasq")]
public sealed partial class DnsmasqTask : ICheckedTask
{
    private const string Keep = "/run/resolv.conf.before-dnsmasq";
    private const string Install = "command -v dnsmasq >/dev/null || sudo DEBIAN_FRONTEND=noninteractive apt-get -y install dnsmasq-base >/dev/null";

    // Machines that reach no other host have no such file
    private const string Begin = "if [ -e /etc/resolv.conf ]; then cat /etc/resolv.conf > \"$1\"; else : > \"$1\"; touch \"$1.none\"; fi";
    private const string End = "if [ -e \"$1.none\" ]; then rm -f /etc/resolv.conf; else cat \"$1\" > /etc/resolv.conf; fi; rm -f \"$1\" \"$1.none\"";
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public void Check(TaskRun run) => _ = Names(run);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        foreach (var machine in Names(run).GroupBy(n => n.Remote))
            await ServeAsync(run, machine.Key, [.. machine.Select(n => (n.Name, n.Address)).Distinct()], cancellationToken);
    }

    private static async Task ServeAsync(TaskRun run, Remote remote, IReadOnlyList<(string Name, string Address)> names, CancellationToken cancellationToken)
    {
        if ((await remote.RunAsync(RemoteCommand.Script(Install) with { CheckStatus = false, Label = "dnsmasq" }, cancellationToken)).ExitStatus != 0)
            throw new JobSkippedException($"task '{run.Name}' needs dnsmasq on {remote.ShortName}, which its apt sources do not have: add the package dnsmasq-base to them");
        await remote.RunAsync(RemoteCommand.Args("sh", "-c", Begin, "sh", Keep) with { Sudo = true, Label = "keep resolv.conf" }, cancellationToken);
        var daemon = await run.Job.Daemons.StartAsync(
            $"dnsmasq.{remote.ShortName}",
            remote,
            RemoteCommand.Args(["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--listen-address=127.0.0.1", "--bind-interfaces", $"--resolv-file={Keep}", "--user=root", "--pid-file=",
                .. names.Select(n => $"--address=/{n.Name}/{n.Address}")]) with { Sudo = true, Label = $"dnsmasq on {remote.ShortName}", CheckStatus = false },
            cancellationToken);
        run.Defer($"have {remote.ShortName} resolve names as before", async (_, ct) =>
        {
            await remote.RunAsync(RemoteCommand.Args("sh", "-c", End, "sh", Keep) with { Sudo = true, Label = "resolv.conf as before" }, ct);
            await daemon.StopAsync(StopGrace, ct);
        });
        await remote.RunAsync(RemoteCommand.Script("echo nameserver 127.0.0.1 | sudo tee /etc/resolv.conf >/dev/null"), cancellationToken);
        foreach (var (name, address) in names)
        {
            await new Poll { Sleep = TimeSpan.FromMilliseconds(500), Timeout = TimeSpan.FromSeconds(60), Time = run.Job.Time, Action = $"{name} resolved to {address} on {remote.ShortName}" }.UntilAsync(
                async ct => daemon.Died
                    ? throw new TeuthologyException(FailureKind.Test, $"dnsmasq on {remote.ShortName} ended: {daemon.LastResult?.Stderr.Trim()}")
                    : (await remote.RunAsync(RemoteCommand.Args("getent", "ahostsv4", $"below.{name}") with { CheckStatus = false, Quiet = true }, ct)).Stdout.StartsWith(address + " ", StringComparison.Ordinal),
                cancellationToken);
            CephLog.Note(run.Log, $"dnsmasq: {name} and all below it is {address} on {remote.ShortName}");
        }
    }

    private static IReadOnlyList<(Remote Remote, string Name, string Address)> Names(TaskRun run)
    {
        var map = (YamlMap)DeepMerge.Merge(YamlCopy.DeepCopy(run.Map()), run.Job.Overrides("dnsmasq"))!;
        if (map.Count == 0)
            throw run.Wrong("it needs a mapping of roles to names");
        var all = new List<(Remote, string, string)>();
        foreach (var key in map.Keys)
        {
            var remote = RoleCommands.Machine(run, key);
            switch (map.Get(key))
            {
                case YamlList list:
                    all.AddRange(list.Select(name => (remote, Full(run, key, name, remote), remote.Address)));
                    break;
                case YamlMap names:
                    foreach (var (name, role) in names)
                    {
                        var target = RoleCommands.Machine(run, key, $"{role}");
                        all.Add((remote, Full(run, key, name, target), target.Address));
                    }

                    break;
                default:
                    throw run.Wrong($"'{key}' must have a list of names, or a mapping of names to roles", key);
            }
        }

        return all;
    }

    private static string Full(TaskRun run, object key, object? name, Remote remote) =>
        name is string text && (text.EndsWith('.') ? text + remote.ShortName : text) is var full && Name().IsMatch(full)
            ? full
            : throw run.Wrong($"'{name}' of '{key}' is no name of a host", key);

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$", RegexOptions.None, 1000)]
    private static partial Regex Name();
}
