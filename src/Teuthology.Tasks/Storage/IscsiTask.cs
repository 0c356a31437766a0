using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>
/// <c>iscsi</c>: logs clients in to the iSCSI target of another client's machine, which a task such as <c>tgt</c> made of the RBD image
/// <c>iscsi-image</c>; writes to the device and compares with the image, makes an XFS on it and mounts that at the client's <c>mnt.ID</c>.
/// Without configuration client.0 to itself; a list: each of them to client.0; else <c>{client: client with the target}</c>.
/// </summary>
[Task("iscsi")]
public sealed class IscsiTask : ICheckedTask
{
    private const string DefaultClient = "client.0";

    // Writes a file to the device, and compares its length of the exported image with it.
    private const string Compare = """
        set -e
        copy=$(mktemp)
        dd if="$1" of="$2" bs=1024 conv=fsync
        rbd export iscsi-image - >"$copy"
        cmp -n "$(stat -L -c %s "$1")" "$1" "$copy"
        rm "$copy"
        """;

    private const string ComparePhrase = """
        phrase=$(mktemp)
        echo 'The time has come the walrus said to speak of many things.' >"$phrase"
        file=$phrase
        """;

    private static readonly HostNeeds Needs = new()
    {
        Programs = new Dictionary<string, string>(StringComparer.Ordinal) { ["iscsiadm"] = "open-iscsi", ["udevadm"] = "udev", ["rbd"] = "ceph-common", ["mkfs.xfs"] = "xfsprogs" },
        Modules = ["iscsi_tcp"],
    };

    /// <inheritdoc/>
    public void Check(TaskRun run) => Machines(run);

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var links = Machines(run);
        await Needs.RequireAsync(run, links.Select(l => l.Remote), cancellationToken);
        foreach (var (client, remote, target) in links)
        {
            await RootAsync(remote, ["iscsiadm", "-m", "discovery", "-t", "st", "-p", target.HostName], cancellationToken);
            await RootAsync(remote, ["iscsiadm", "-m", "node", "--login"], cancellationToken);
            run.Defer($"log {client} out", (_, ct) => RootAsync(remote, ["iscsiadm", "-m", "node", "--logout"], ct));
            var device = $"/dev/disk/by-path/ip-{target.Address}:3260-iscsi-rbd-lun-1";
            await RootAsync(remote, ["udevadm", "settle"], cancellationToken);
            await RootAsync(remote, ["sh", "-c", $"{ComparePhrase}\nset -- \"$file\" \"$1\"\n{Compare}\nrm \"$1\"", "sh", device], cancellationToken);
            await RootAsync(remote, ["sh", "-c", Compare, "sh", "/bin/ls", device], cancellationToken);
            await GenericFileSystems.MakeAsync(remote, device, "xfs", cancellationToken);
            await GenericFileSystems.MountAsync(run, remote, client, device, cancellationToken);
        }
    }

    private static List<(string Client, Remote Remote, Remote Target)> Machines(TaskRun run) =>
        [.. Links(run).Select(link => (link.Client, RoleCommands.Machine(run, link.Client), RoleCommands.Machine(run, link.Client, link.Target)))];

    private static IEnumerable<(string Client, string Target)> Links(TaskRun run) => run.Config switch
    {
        null => [(DefaultClient, DefaultClient)],
        YamlList list => RoleOptions.Roles(run, list).Select(client => (client, DefaultClient)),
        YamlMap map => map.Select(pair => pair is { Key: string client, Value: string target } ? (client, target) : throw run.Wrong($"'{pair.Key}' must be a client with the client that has its target: {{client.1: client.0}}", pair.Key)),
        _ => throw run.Wrong("its configuration must be a list of clients or a mapping of clients to clients"),
    };

    private static Task RootAsync(Remote remote, string[] command, CancellationToken cancellationToken) =>
        remote.RunAsync(RemoteCommand.Args(command) with { Sudo = true }, cancellationToken);
}
