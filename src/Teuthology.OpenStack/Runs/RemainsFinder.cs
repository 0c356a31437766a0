using System.Text.RegularExpressions;

namespace Teuthology.OpenStack;

/// <summary>Finds everything in a project that carries the marks of a run.</summary>
internal static partial class RemainsFinder
{
    public static async Task<IReadOnlyList<Remains>> FindAsync(OpenStackCloud cloud, CancellationToken cancellationToken)
    {
        var all = new List<Remains>();
        foreach (var server in await cloud.Compute.ServersAsync(null, cancellationToken))
            Add(all, RemainsKind.Server, server.Id, server.Name, server.Status, server.Created, server.Metadata);
        foreach (var pair in await cloud.Compute.KeyPairsAsync(cancellationToken))
        {
            if (pair.Name.StartsWith(RunMarks.NamePrefix, StringComparison.Ordinal))
                Add(all, RemainsKind.KeyPair, pair.Name, pair.Name, "", pair.CreatedAt, Words(pair.PublicKey));
        }

        if (await cloud.Volumes.ExistsAsync(cancellationToken))
        {
            foreach (var volume in await cloud.Volumes.VolumesAsync(null, cancellationToken))
                Add(all, RemainsKind.Volume, volume.Id, volume.Name ?? "", volume.Status, volume.CreatedAt, volume.Metadata);
        }

        foreach (var ip in await cloud.Network.FloatingIpsAsync(cancellationToken))
            Add(all, RemainsKind.FloatingIp, ip.Id, ip.Address, ip.Status, ip.CreatedAt, Words(ip.Description));
        foreach (var port in await cloud.Network.PortsAsync(null, cancellationToken))
            Add(all, RemainsKind.Port, port.Id, port.Name, port.Status, port.CreatedAt, Words(port.Description));
        foreach (var group in await cloud.Network.SecurityGroupsAsync(null, cancellationToken))
            Add(all, RemainsKind.SecurityGroup, group.Id, group.Name, "", group.CreatedAt, Words(group.Description));
        foreach (var image in await cloud.Images.ImagesAsync(new ImageFilter { OwnOnly = true }, cancellationToken))
            Add(all, RemainsKind.Image, image.Id, image.Name, image.Status, image.CreatedAt, image.Properties);
        return all;
    }

    private static void Add(List<Remains> all, RemainsKind kind, string id, string name, string status, DateTimeOffset? created, IReadOnlyDictionary<string, string> marks)
    {
        if (marks.ContainsKey(RunMarks.Setup) && marks.ContainsKey(RunMarks.RunId))
            all.Add(new Remains(kind, id, name, status, created, marks));
    }

    // What RunStamp.Description wrote: of key pairs it is the comment of the key.
    private static Dictionary<string, string> Words(string? text)
    {
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Match match in Word().Matches(text ?? ""))
            words.TryAdd(match.Groups[1].Value, match.Groups[1].Value == RunMarks.Process ? RunStamp.Unplain(match.Groups[2].Value) : match.Groups[2].Value);
        return words;
    }

    [GeneratedRegex(@"(?<=^|\s)(teuthology[a-z-]*)=(\S+)")]
    private static partial Regex Word();
}
