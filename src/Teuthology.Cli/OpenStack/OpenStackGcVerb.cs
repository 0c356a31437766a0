using System.CommandLine;
using System.Text.Json.Nodes;
using Teuthology.OpenStack;

namespace Teuthology.Cli;

/// <summary><c>teuthology openstack gc</c>: removes what dead runs left in a cloud.</summary>
internal sealed class OpenStackGcVerb : Verb
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

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
        var (_, options) = CloudOptionSet.Read(site, "openstack");
        using var cloud = OpenStackCloud.Open(options.Credentials(Terminal.Environment), new OpenStackOptions { Time = Terminal.Time });
        var scope = new CollectScope { Setup = options.Cluster, MinAge = TimeSpan.FromHours(line.GetValue(_olderThan)) };
        var collector = new RunCollector(cloud);
        if (line.GetValue(_dryRun))
        {
            foreach (var remains in (await collector.FindAsync(scope, cancellationToken)).Where(r => r.IsLeftBehind))
                remains.Items.ToList().ForEach(item => Tell(line, "would_remove", item.ToString(), remains.Reason));
            return ExitCode.Success;
        }

        await using (var labs = new CloudLabs(Terminal, site, line.GetValue<bool>("--verbose")))
        {
            foreach (var lab in labs.All())
            {
                foreach (var removed in await lab.CollectGarbageAsync(cancellationToken))
                    Tell(line, "removed", removed, null);
            }
        }

        var report = await collector.CollectAsync(scope, Patience, null, cancellationToken);
        foreach (var item in report.Deleted)
            Tell(line, "removed", item.ToString(), null);
        foreach (var (item, why) in report.Left)
            Tell(line, "left", item.ToString(), why);
        return report.IsDone ? ExitCode.Success : ExitCode.Failure;
    }

    private void Tell(ParseResult line, string what, string item, string? why)
    {
        if (line.GetValue(_json))
            Terminal.Out.WriteLine(new JsonObject { [what] = item, ["reason"] = why }.ToJsonString());
        else
            Terminal.Out.WriteLine(what == "removed" ? item : $"{what.Replace('_', ' ')}: {item}{(why is null ? "" : $": {why}")}");
    }
}
