using System.Globalization;
using System.Xml.Linq;

namespace Teuthology.Lab;

/// <summary>Disks of virtual machines in one of libvirt's storage pools. All have names of ours: nothing else in the pool is touched.</summary>
/// <param name="virsh">The libvirt.</param>
/// <param name="pool">Name of the pool.</param>
internal sealed class GuestVolumes(Virsh virsh, string pool)
{
    private static readonly TimeSpan Transfer = TimeSpan.FromHours(1);
    private static readonly string[] Absent = ["failed to get vol", "Storage volume not found", "no storage vol with matching"];

    /// <summary>Beginning of the name of each volume of a machine.</summary>
    public static string PrefixOf(string machine) => $"teuthology-{machine}.";

    /// <summary>Names of the volumes that the machines have: <c>teuthology-NAME.disk.img</c>, …</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        // What a killed controller left half made is there only after a refresh.
        await virsh.RunAsync(["pool-refresh", pool], cancellationToken);
        return [.. (await virsh.LinesAsync(["vol-list", pool], cancellationToken)).Select(line => line.Split(' ')[0]).Where(name => name.StartsWith("teuthology-", StringComparison.Ordinal))];
    }

    /// <summary>Path of a volume on libvirt's host; null when there is none.</summary>
    public async Task<string?> FindAsync(string name, CancellationToken cancellationToken) =>
        (await virsh.RunUnlessAsync(Absent, ["vol-path", name, "--pool", pool], cancellationToken))?.Trim();

    /// <summary>Size of a volume as a guest sees it.</summary>
    public async Task<ByteSize> CapacityAsync(string name, CancellationToken cancellationToken) =>
        new(long.Parse(XElement.Parse(await virsh.RunAsync(["vol-dumpxml", name, "--pool", pool], cancellationToken)).Element("capacity")!.Value.Trim(), CultureInfo.InvariantCulture));

    /// <summary>Makes an empty volume.</summary>
    /// <returns>Its path on libvirt's host.</returns>
    public async Task<string> CreateAsync(string name, ByteSize size, CancellationToken cancellationToken)
    {
        await virsh.RunAsync(["vol-create-as", pool, name, size.ToString(), "--format", "raw", "--allocation", "0"], cancellationToken);
        return await PathAsync(name, cancellationToken);
    }

    /// <summary>Makes a volume that has the content of another until it is written to.</summary>
    /// <returns>Its path on libvirt's host.</returns>
    public async Task<string> CloneAsync(string name, ByteSize size, string baseVolume, string baseFormat, CancellationToken cancellationToken)
    {
        var capacity = Math.Max(size.Bytes, (await CapacityAsync(baseVolume, cancellationToken)).Bytes);
        await virsh.RunAsync(
            ["vol-create-as", pool, name, capacity.ToString(CultureInfo.InvariantCulture), "--format", "qcow2", "--backing-vol", baseVolume, "--backing-vol-format", baseFormat], cancellationToken);
        return await PathAsync(name, cancellationToken);
    }

    /// <summary>Makes a volume with the content of a file of this host.</summary>
    /// <returns>Its path on libvirt's host.</returns>
    public async Task<string> UploadAsync(string name, string file, CancellationToken cancellationToken)
    {
        await RemoveAsync(name, cancellationToken);
        await CreateAsync(name, new ByteSize(new FileInfo(file).Length), cancellationToken);
        await virsh.RunAsync(["vol-upload", name, file, "--pool", pool, "--sparse"], Transfer, cancellationToken);
        return await PathAsync(name, cancellationToken);
    }

    /// <summary>
    /// Gives a volume with the content of a file, uploaded once; machines' disks are clones of it. A second, tiny volume says that the upload was whole.
    /// </summary>
    /// <param name="name">Its name, which has to change with the file.</param>
    /// <param name="file">The file, on this host.</param>
    /// <param name="lockFile">Keeps other processes of this host from uploading the same.</param>
    /// <param name="progress">Told that it uploads; may be null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Its path on libvirt's host.</returns>
    public async Task<string> EnsureAsync(string name, string file, string lockFile, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var whole = $"{name}.whole";
        using var held = await FileLock.TakeAsync(lockFile, () => progress?.Report($"waiting for another process that uploads {name} to {virsh.Uri}"), cancellationToken);
        if (await FindAsync(whole, cancellationToken) is not null && await FindAsync(name, cancellationToken) is { } there)
            return there;
        progress?.Report($"uploading {Path.GetFileName(file)} to {virsh.Uri}");
        await RemoveAsync(whole, cancellationToken);
        await UploadAsync(name, file, cancellationToken);
        // libvirt looks into the file only now, and learns its size
        await virsh.RunAsync(["pool-refresh", pool], cancellationToken);
        await CreateAsync(whole, new ByteSize(1), cancellationToken);
        return await PathAsync(name, cancellationToken);
    }

    /// <summary>Removes a volume; one that is not there is fine.</summary>
    public Task RemoveAsync(string name, CancellationToken cancellationToken) => virsh.RunUnlessAsync(Absent, ["vol-delete", name, "--pool", pool], cancellationToken);

    private async Task<string> PathAsync(string name, CancellationToken cancellationToken) => await FindAsync(name, cancellationToken)
        ?? throw new TeuthologyException(FailureKind.Infrastructure, $"volume {name} was made in pool {pool} of {virsh.Uri} and is not there: somebody removed it");
}
