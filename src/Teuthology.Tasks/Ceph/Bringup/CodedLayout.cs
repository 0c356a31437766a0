using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Has the files of a file system go to an erasure-coded pool: a layout on its root, which a client must set on a mounted file system.</summary>
/// <param name="cluster">The cluster.</param>
internal sealed class CodedLayout(CephCluster cluster)
{
    public async Task SetAsync(string fileSystem, string pool, CancellationToken cancellationToken)
    {
        if (cluster.Layout.OfType("client").FirstOrDefault()?.Remote is not { } remote)
            throw new ConfigurationException("ceph: 'cephfs.ec_profile' needs a client role: the layout is set by a mounted client");
        var script = $"""
            set -e
            m=$(mktemp -d)
            trap 'umount "$m" 2>/dev/null || umount -l "$m"; rmdir "$m"' EXIT
            ceph-fuse --cluster {cluster.Name} --id admin --client_fs={ShellQuote.Quote(fileSystem)} "$m" >/dev/null
            python3 -c 'import os, sys; os.setxattr(sys.argv[1], "ceph.dir.layout.pool", sys.argv[2].encode())' "$m" {ShellQuote.Quote(pool)}
            """;
        await remote.RunAsync(RemoteCommand.Args("sh", "-c", script) with { Sudo = true, Label = $"layout of {fileSystem}", Timeout = TimeSpan.FromMinutes(5) }, cancellationToken);
    }
}
