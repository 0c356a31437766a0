using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Teuthology.Lab;

namespace Teuthology.Bench;

/// <summary>
/// The machine on which both programs run their jobs. Ceph's packages, the small programs that <c>install</c> brings and a repository of the qa tree are put
/// there once, so that jobs do without <c>install</c>, which upstream has from package builders only.
/// </summary>
/// <param name="site">Its network.</param>
/// <param name="files">The job's files.</param>
/// <param name="machine">The machine.</param>
internal sealed partial class QaMachine(QaSite site, JobBenchFiles files, Machine machine)
{
    private const string Packages = "ceph ceph-common ceph-mgr ceph-mds ceph-fuse radosgw python3-rados python3-rbd";

    /// <summary>Address of the repository for programs on the machine.</summary>
    public const string Repository = "file:///srv/ceph";

    /// <summary>By this mark upstream knows a container: it leaves the kernel's settings alone there, as we do.</summary>
    public Task MarkAsync() => ShellAsync("sudo touch /run/.containerenv");

    /// <summary>Puts there what jobs with a cluster need.</summary>
    public async Task PrepareAsync()
    {
        await ShellAsync($"sudo sh -c 'export DEBIAN_FRONTEND=noninteractive; apt-get -q update && apt-get -q -y --no-install-recommends install {Packages}'");
        foreach (var tool in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "node")))
            await ShellAsync($"sudo tee /usr/bin/{Path.GetFileName(tool)} >/dev/null && sudo chmod a=rx /usr/bin/{Path.GetFileName(tool)}", tool);
        var archive = Path.Combine(files.Directory, "qa.tar.gz");
        await Measured.RunAsync("tar", ["-C", Path.GetDirectoryName(Path.GetFullPath(site.Qa))!, "--exclude=qa/suites", "-czf", archive, "qa"]);
        await ShellAsync("sudo install -d -o ubuntu /srv/ceph && cd /srv/ceph && tar xz && git init -q . && git add -A . && git -c user.name=bench -c user.email=bench@localhost commit -qm qa", archive);
    }

    /// <summary>Makes it as it was before the first cluster: upstream leaves the data of OSDs in directories where they are.</summary>
    public Task CleanAsync() => ShellAsync(
        "sudo sh -c 'pkill -9 -x \"ceph-(mon|mgr|osd|mds)\"; rm -rf /var/lib/ceph/*/* /var/log/ceph/* /var/run/ceph/* /etc/ceph/* /etc/logrotate.d/ceph /home/ubuntu/cephtest; sync'");

    /// <summary>What clients had the monitors change, from the cluster's audit log.</summary>
    public async Task<IReadOnlyList<string>> OrdersAsync()
    {
        // Our ceph.conf has all that the monitors log in one file. An order that is sent again while its first copy waits is logged again.
        var log = await ShellAsync("sudo sh -c 'cd /var/log/ceph 2>/dev/null || exit 0; zcat -f $(ls ceph.audit.log* 2>/dev/null || ls ceph.log*)'");
        var orders = Order().Matches(log).Select(match => (From: match.Groups["from"].Value, Text: TextOf((JsonObject)JsonNode.Parse(match.Groups["cmd"].Value)!))).ToList();
        return [.. orders.Where((order, i) => i == 0 || order != orders[i - 1]).Select(order => order.Text)];
    }

    private static string TextOf(JsonObject order)
    {
        var rest = order.Where(pair => pair.Key is not ("prefix" or "format" or "target") && pair.Value is not null)
            .OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value!.ToJsonString().Trim('"')}");
        return Identifier().Replace(string.Join(' ', rest.Prepend((string)order["prefix"]!)), "UUID");
    }

    private async Task<string> ShellAsync(string script, string? input = null)
    {
        var (exit, output) = await site.RunAsync("ssh", ["-F", files.SshConfig, $"{machine.User}@{machine.Address}", script], input);
        return exit == 0 ? output : throw new InvalidOperationException($"{script}: exit {exit}\n{output}");
    }

    // What only asks is logged as [DBG]; what daemons tell of themselves is not by client.admin or a client of the job.
    [GeneratedRegex(@"audit \[INF\] from='(?<from>client[^']*)' entity='client\.[^']*' cmd=\[(?<cmd>\{.*\})\]: dispatch")]
    private static partial Regex Order();

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Identifier();
}
