using System.CommandLine;
using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.OpenStack;

namespace Teuthology.Cli;

/// <summary><c>teuthology openstack gc</c>: removes what dead runs left in a cloud.</summary>
internal sealed class OpenStackGcVerb : Verb
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly Option<double> _olderThan = new("--older-than") { HelpName = "HOURS", Description = "How old something of other hosts must be that has no lease", DefaultValueFactory = _ => new CollectScope().MinAge.TotalHours };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Remove nothing; tell what would go, and why" };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line for each thing" };
    private readonly CloudOptionSet _cloud;

    public OpenStackGcVerb(Terminal terminal)
        : base(terminal, "gc", "Remove what dead runs left in the cloud: servers, volumes, ports, key pairs, half uploaded images")
    {
        _cloud = new CloudOptionSet(terminal, this, servers: false);
        foreach (var option in new Option[] { _olderThan, _dryRun, _json })
            Add(option);
        Remarks =
        [
            "What this host made and no living process holds goes at once. What other hosts made goes when its lease has ended, which the run's controller renews as long as it lives.",
            "Nothing that a run still uses is touched, nor what another cluster made (--name), nor what carries no mark of ours. The exit code is 1 when something could not be removed.",
        ];
        Examples =
        [
            ("teuthology openstack gc", "Prints what it removed, a line each"),
            ("teuthology openstack gc --dry-run", "What would go, and why"),
            ("teuthology openstack gc --openrc ~/openrc.sh --name nightly --json", "Of another cluster, for programs"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        if (line.GetValue(_olderThan) is not (>= 0 and < 1_000_000))
            throw new ConfigurationException("--older-than must be a number of hours, 0 or more");
        var site = _cloud.Site(line);
        var scope = new CollectScope { MinAge = TimeSpan.FromHours(line.GetValue(_olderThan)) };
        var isDone = true;
        await using var labs = new CloudLabs(Terminal, site, line.GetValue<bool>("--verbose"));
        foreach (var lab in labs.All())
        {
            var remains = (ICloudRemains)lab.Provisioner;
            isDone &= line.GetValue(_dryRun)
                ? await lab.CleanAsync(isHeld => FindAsync(line, remains, scope, isHeld, cancellationToken), cancellationToken)
                : await lab.CleanAsync(isHeld => CollectAsync(line, remains, scope, isHeld, cancellationToken), cancellationToken);
        }

        return isDone ? ExitCode.Success : ExitCode.Failure;
    }

    private async Task<bool> FindAsync(ParseResult line, ICloudRemains remains, CollectScope scope, Func<string, bool> isHeld, CancellationToken cancellationToken)
    {
        foreach (var part in (await remains.FindAsync(scope, isHeld, cancellationToken)).Where(part => part.IsLeftBehind))
            part.Items.ToList().ForEach(item => Tell(line, "would_remove", item.ToString(), part.Reason));
        return true;
    }

    private async Task<bool> CollectAsync(ParseResult line, ICloudRemains remains, CollectScope scope, Func<string, bool> isHeld, CancellationToken cancellationToken)
    {
        var report = await remains.CollectAsync(scope, isHeld, Patience, null, cancellationToken);
        foreach (var item in report.Deleted)
            Tell(line, "removed", item.ToString(), null);
        foreach (var (item, why) in report.Left)
            Tell(line, "left", item.ToString(), why);
        return report.IsDone;
    }

    private void Tell(ParseResult line, string what, string item, string? why)
    {
        if (line.GetValue(_json))
            Terminal.Out.WriteLine(new JsonObject { [what] = item, ["reason"] = why }.ToJsonString());
        else
            Terminal.Out.WriteLine(what == "removed" ? item : $"{what.Replace('_', ' ')}: {item}{(why is null ? "" : $": {why}")}");
    }
}
