namespace Teuthology.Lab;

/// <summary>
/// Machines made by root: an overlay on a shared image, namespaces and a cgroup each, on a private bridge that the host's network does not see.
/// A machine's mounts and network belong to its processes, so they go when it is killed; its directory is its record.
/// </summary>
public sealed class RootProvisioner : IProvisioner, IMachineImage, IMachineSnapshots, IGuestMachines
{
    private readonly RootLab _lab;
    private readonly NodeScript _script;
    private readonly Lazy<ImageStore> _images;
    private readonly LabNodes _nodes;
    private readonly SnapshotStore _snapshots;
    private readonly Lazy<GuestStore> _guests;
    private readonly int _mostGuests;

    /// <summary>The root lab of a state directory.</summary>
    /// <param name="options">Where state and images are, how many machines, their addresses.</param>
    /// <param name="time">Clock of deadlines.</param>
    public RootProvisioner(LabOptions options, TimeProvider time)
    {
        _lab = new RootLab(options);
        _script = new NodeScript(_lab, options);
        _images = new Lazy<ImageStore>(() => new ImageStore(
            Path.Combine(options.CacheDirectory, "lab"), new ImageRecipe { Suite = RootHost.Suite() }, "", ImageStore.RootLauncher, time));
        _nodes = new LabNodes(_lab, options, () => Features, new HubDialer(_lab.Hub).ConnectAsync, time);
        _snapshots = new SnapshotStore(_lab.Snapshots, () => _images.Value.Image, _script, time);
        _guests = new Lazy<GuestStore>(() => new GuestStore(Path.Combine(options.CacheDirectory, "guests"), _images.Value.Image, RootHost.Suite(), time));
        _mostGuests = options.MaxGuests;
        MachineNames = options.NodeNames();
    }

    /// <inheritdoc/>
    public string Kind => "root";

    /// <inheritdoc/>
    public IReadOnlyList<string> MachineNames { get; }

    private static LabFeatures Features => LabFeatures.Root | LabFeatures.OwnRoot | LabFeatures.OwnNetwork | LabFeatures.CephPackages
        | (File.Exists("/dev/fuse") ? LabFeatures.Fuse : LabFeatures.None);

    /// <inheritdoc/>
    public int MostGuests => RootHost.Obstacle() is null && GuestHost.Obstacle() is null ? _mostGuests : 0;

    /// <inheritdoc/>
    public string GuestRemedy => RootHost.Obstacle() ?? GuestHost.Obstacle() ?? GuestHost.More;

    /// <inheritdoc/>
    public string ImageDirectory => _images.Value.Image.Directory;

    /// <inheritdoc/>
    public bool ImageExists => _images.Value.Image.Exists;

    /// <inheritdoc/>
    public Task RemoveImageAsync(CancellationToken cancellationToken) => _images.Value.RemoveAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<LabOffer> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(RootHost.Obstacle() is { } obstacle
        ? new LabOffer(Kind, 0, LabFeatures.None, obstacle)
        : new LabOffer(Kind, MachineNames.Count, Features, null) { OwnKernels = MostGuests, OwnKernelRemedy = GuestRemedy });

    /// <inheritdoc/>
    public async Task PrepareAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        if (RootHost.Obstacle() is { } obstacle)
            throw new TeuthologyException(FailureKind.Infrastructure, obstacle);
        await RootHost.EnsureProgramsAsync(progress, cancellationToken);
        await _images.Value.EnsureAsync(progress, cancellationToken);
        if (!File.Exists(_lab.Hub))
            await _script.RunAsync(null, ["hub-up"], cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Machine> StartAsync(string name, IProgress<string>? progress, CancellationToken cancellationToken) => StartAsync(name, [], null, progress, cancellationToken);

    /// <inheritdoc/>
    public async Task<Machine> StartAsync(MachineOrder order, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        if (!order.OwnKernel)
            return await StartAsync(order.Name, progress, cancellationToken);
        await PrepareAsync(progress, cancellationToken);
        var guest = await _guests.Value.EnsureAsync(progress, cancellationToken);
        progress?.Report($"booting {order.Name}, a virtual machine with kernel {guest.Release}{(guest.Accel == "tcg" ? "; without KVM that takes a minute or two" : "")}");
        return await StartAsync(order.Name, [], guest, progress, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Machine> StartFromAsync(string machine, MachineSnapshot snapshot, int place, IProgress<string>? progress, CancellationToken cancellationToken) =>
        StartAsync(machine, _snapshots.Layers(snapshot, place), null, progress, cancellationToken);

    /// <inheritdoc/>
    public IReadOnlyList<MachineSnapshot> Snapshots() => _snapshots.List();

    /// <inheritdoc/>
    public MachineSnapshot Require(string name, int machines) => _snapshots.Require(name, machines);

    /// <inheritdoc/>
    public Task<MachineSnapshot> SaveAsync(string name, IReadOnlyList<string> machines, SnapshotOptions options, IProgress<string>? progress, CancellationToken cancellationToken) =>
        machines.FirstOrDefault(m => _nodes.Find(m) is null) is { } absent
            ? throw new TeuthologyException(FailureKind.Infrastructure, $"{absent} is not up; `teuthology lab status` lists machines")
            : _snapshots.SaveAsync(name, [.. machines.Select(_lab.Node)], options, progress, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveSnapshotAsync(string name, CancellationToken cancellationToken) => _snapshots.RemoveAsync(name, null, cancellationToken);

    private async Task<Machine> StartAsync(string name, IReadOnlyList<string> layers, GuestBuild? guest, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var address = _nodes.AddressOf(name);
        var image = _images.Value.Image;
        if (!image.Exists)
            await PrepareAsync(progress, cancellationToken);
        try
        {
            await _script.RunAsync(image, layers, guest, ["up", name, address], cancellationToken);
            return await _nodes.AnsweringAsync(name, cancellationToken);
        }
        catch
        {
            await StopAsync(name, CancellationToken.None);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(string name, CancellationToken cancellationToken)
    {
        _nodes.AddressOf(name);
        if (!_lab.Node(name).Exists)
            return;
        await _script.RunAsync(null, ["down", name], cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Machine?> FindAsync(string name, CancellationToken cancellationToken) => Task.FromResult(_nodes.Find(name));

    /// <inheritdoc/>
    public string? ConsoleLogOf(string name) => _lab.Node(name).ConsoleFile;

    /// <inheritdoc/>
    public Task<IReadOnlyList<NodeStatus>> StatusAsync(CancellationToken cancellationToken) => Task.FromResult(_nodes.Status());

    /// <inheritdoc/>
    public async Task DownAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_nodes.Known().Select(name => StopAsync(name, cancellationToken)));
        if (_lab.Exists)
            await _script.RunAsync(null, ["hub-down"], cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> CollectGarbageAsync(Func<string, bool> isHeld, CancellationToken cancellationToken)
    {
        var removed = new List<string>();
        if (RootHost.Obstacle() is not null)
            return removed;
        var free = _nodes.Known().Where(name => !isHeld(name)).ToList();
        await Task.WhenAll(free.Select(name => StopAsync(name, cancellationToken)));
        removed.AddRange(free.Select(name => $"machine {name} ({_nodes.AddressOf(name)})"));
        if (_lab.Exists && !_nodes.Known().Any() && !MachineNames.Any(isHeld))
        {
            await _script.RunAsync(null, ["hub-down"], cancellationToken);
            removed.Add($"network {_lab.Id}");
        }

        if (Directory.Exists(_lab.Gone))
            await _script.RunAsync(null, ["sweep"], cancellationToken);
        removed.AddRange((await _snapshots.CollectGarbageAsync(cancellationToken)).Select(d => $"half made snapshot {d}"));
        removed.AddRange((await _images.Value.CollectGarbageAsync(cancellationToken)).Select(d => $"half built image {d}"));
        return removed;
    }
}
