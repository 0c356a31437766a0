using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Teuthology.Lab;

/// <summary>Keeps snapshots of the root lab's machines: a directory each, in it one for every machine, in it one for every layer.</summary>
/// <param name="directory">Where they are kept.</param>
/// <param name="image">Gives the image that machines start from now.</param>
/// <param name="script">Copies.</param>
/// <param name="time">Clock.</param>
internal sealed partial class SnapshotStore(string directory, Func<LabImage> image, NodeScript script, TimeProvider time)
{
    // A directory's name gets this in front while it is made and before it is removed.
    private const string Half = "half-";

    // The kernel takes one page of mount options: the layers' paths must fit.
    private const int MostLayers = 12;

    private string LockFile => Path.Combine(directory, ".lock");

    public IReadOnlyList<MachineSnapshot> List() => !Directory.Exists(directory)
        ? []
        : [.. Directory.GetDirectories(directory).Where(d => !IsHalf(d)).Order(StringComparer.Ordinal).Select(SnapshotFile.Read).OfType<MachineSnapshot>()];

    public MachineSnapshot Require(string name, int machines)
    {
        var snapshot = Find(name);
        if (snapshot.Image != ImageName(image()))
        {
            throw new ConfigurationException(
                $"snapshot '{name}' was made on image {snapshot.Image}, and the lab's image is {(image().Exists ? ImageName(image()) : "not built")} now; make it anew: "
                + $"`teuthology lab snapshots --remove {name}`, then prepare {Count(snapshot.Machines.Count)} and `teuthology lab snapshot {name}`");
        }

        return snapshot.Machines.Count == 1 || snapshot.Machines.Count >= machines
            ? snapshot
            : throw new ConfigurationException($"snapshot '{name}' holds {Count(snapshot.Machines.Count)}, and {machines.ToString(CultureInfo.InvariantCulture)} are to begin with it; one of a single machine serves any number");
    }

    /// <summary>The layers of one machine as overlayfs wants them: the uppermost first.</summary>
    public IReadOnlyList<string> Layers(MachineSnapshot snapshot, int place)
    {
        SnapshotFile.Touch(PathOf(snapshot.Name), time.GetUtcNow());
        var number = (snapshot.Machines.Count == 1 ? 1 : place + 1).ToString(CultureInfo.InvariantCulture);
        return [.. Directory.GetDirectories(Path.Combine(PathOf(snapshot.Name), number)).OrderDescending(StringComparer.Ordinal)];
    }

    public async Task<MachineSnapshot> SaveAsync(string name, IReadOnlyList<RootNode> nodes, SnapshotOptions options, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        if (!ValidName().IsMatch(name) || name.StartsWith(Half, StringComparison.Ordinal))
            throw new ConfigurationException($"'{name}' cannot name a snapshot: letters, digits, '.', '_' and '-' can, 64 at most, a letter or digit first");
        using var held = await FileLock.TakeAsync(LockFile, () => progress?.Report("waiting for another process that works on snapshots"), cancellationToken);
        if (Directory.Exists(PathOf(name)) && !options.Replace)
            throw new ConfigurationException($"there is a snapshot '{name}' already; --replace makes it anew, `teuthology lab snapshots` lists them");
        RequireSameImage(nodes);
        await RequireSpaceAsync(nodes, cancellationToken);
        RequireUnused(name);

        progress?.Report($"copying the disks of {string.Join(", ", nodes.Select(n => n.Name))}");
        var work = Path.Combine(directory, $"{Half}{name}");
        await RemoveAsync(work, cancellationToken);
        try
        {
            await script.RunAsync(null, ["save", work, string.Join(':', options.Without), .. nodes.Select(n => n.Name)], cancellationToken);
            var snapshot = new MachineSnapshot(name, [.. nodes.Select(n => n.Name)], ImageName(image()), time.GetUtcNow(), await SizeAsync([work], cancellationToken));
            await SnapshotFile.WriteAsync(work, snapshot, cancellationToken);
            var old = Doom(name);
            Directory.Move(work, PathOf(name));
            if (old is not null)
                await RemoveAsync(old, CancellationToken.None);
            return snapshot;
        }
        catch
        {
            await RemoveAsync(work, CancellationToken.None);
            throw;
        }
    }

    public async Task RemoveAsync(string name, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        Find(name);
        using var held = await FileLock.TakeAsync(LockFile, () => progress?.Report("waiting for another process that works on snapshots"), cancellationToken);
        if (Doom(name) is { } doomed)
            await RemoveAsync(doomed, cancellationToken);
    }

    /// <summary>Removes what killed processes left half made or half removed.</summary>
    /// <returns>What was removed; nothing while somebody works on snapshots.</returns>
    public async Task<IReadOnlyList<string>> CollectGarbageAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(directory))
            return [];
        using var held = FileLock.TryTake(LockFile);
        if (held is null)
            return [];
        var left = Directory.GetDirectories(directory).Where(IsHalf).ToList();
        foreach (var half in left)
            await RemoveAsync(half, cancellationToken);
        return left;
    }

    /// <summary>Names an image by its recipe and by what differs from build to build.</summary>
    public static string ImageName(LabImage image) => image.Exists
        ? $"{Path.GetFileName(image.Directory)}-{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(image.PublicKeyFile)))[..8]}"
        : Path.GetFileName(image.Directory);

    private static bool IsHalf(string path) => Path.GetFileName(path).StartsWith(Half, StringComparison.Ordinal);

    private static string Count(int machines) => machines == 1 ? "one machine" : $"{machines.ToString(CultureInfo.InvariantCulture)} machines";

    private string PathOf(string name) => Path.Combine(directory, name);

    private MachineSnapshot Find(string name)
    {
        var all = List();
        return all.FirstOrDefault(s => s.Name == name) ?? throw new ConfigurationException(
            $"there is no snapshot '{name}'; {(all.Count == 0 ? "there are none at all: `teuthology lab snapshot NAME` makes one of the machines that you hold" : $"there are {string.Join(", ", all.Select(s => s.Name))}")}");
    }

    private void RequireSameImage(IReadOnlyList<RootNode> nodes)
    {
        if (nodes.FirstOrDefault(n => n.ImageRoot != image().Root) is { } other)
            throw new ConfigurationException($"{other.Name} runs on an older image of the lab; a snapshot of it could not be used: `teuthology lab reimage {other.Name}` first");
        if (nodes.FirstOrDefault(n => n.Layers.Count >= MostLayers) is { } deep)
            throw new ConfigurationException($"{deep.Name} began with a snapshot of a snapshot, {deep.Layers.Count.ToString(CultureInfo.InvariantCulture)} deep; the kernel takes no more: prepare a fresh machine (`teuthology lab reimage {deep.Name}`)");
    }

    private async Task RequireSpaceAsync(IReadOnlyList<RootNode> nodes, CancellationToken cancellationToken)
    {
        const long Reserve = 512L << 20;
        var wanted = await SizeAsync(nodes.Select(n => n.Upper), cancellationToken);
        var free = new DriveInfo(directory).AvailableFreeSpace;
        if (wanted + Reserve > free)
            throw new TeuthologyException(FailureKind.Infrastructure, $"the snapshot takes {DataSize.Tell(wanted)} and {directory} has {DataSize.Tell(free)} free, of which {DataSize.Tell(Reserve)} are kept; `teuthology lab snapshots` tells what others take");
    }

    private static async Task<long> SizeAsync(IEnumerable<string> paths, CancellationToken cancellationToken) =>
        (await ToolRun.RunAsync("du", ["-s", "--block-size=1", "--", .. paths], cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Sum(line => long.Parse(line.Split('\t')[0], CultureInfo.InvariantCulture));

    private void RequireUnused(string name)
    {
        if (MountedLayers.Uses(PathOf(name) + "/"))
            throw new ConfigurationException($"machines that are up began with the snapshot '{name}'; `teuthology lab status` lists them, `lab reimage` and `lab down` free it");
    }

    // Under its new name nobody takes it for whole, should the removal be killed.
    private string? Doom(string name)
    {
        if (!Directory.Exists(PathOf(name)))
            return null;
        RequireUnused(name);
        var doomed = Path.Combine(directory, $"{Half}{Guid.NewGuid():N}");
        Directory.Move(PathOf(name), doomed);
        return doomed;
    }

    private static async Task RemoveAsync(string path, CancellationToken cancellationToken) =>
        await ToolRun.RunAsync("rm", ["-rf", "--one-file-system", "--", path], cancellationToken);

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ValidName();
}
