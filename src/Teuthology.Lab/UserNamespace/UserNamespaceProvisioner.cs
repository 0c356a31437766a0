namespace Teuthology.Lab;

/// <summary>
/// The root lab's machines for an ordinary user: everything that needs root happens in a user namespace,
/// where the machines' users are ids that /etc/subuid gives to him. No cgroups; else the same machines.
/// </summary>
public sealed class UserNamespaceProvisioner : IProvisioner, IMachineImage
{
    private readonly RootLab _lab;
    private readonly UserNamespaceHolder _holder;
    private readonly NodeScript _script;
    private readonly Lazy<ImageStore> _images;
    private readonly LabNodes _nodes;

    /// <summary>The user's lab of a state directory.</summary>
    /// <param name="options">Where state and images are, how many machines, their addresses.</param>
    /// <param name="time">Clock of deadlines.</param>
    public UserNamespaceProvisioner(LabOptions options, TimeProvider time)
    {
        _lab = new RootLab(options);
        _holder = new UserNamespaceHolder(_lab.Directory);
        _script = new NodeScript(_lab, options, _holder.EnterAsync, overlay: "userxattr");
        _images = new Lazy<ImageStore>(() => new ImageStore(
            Path.Combine(options.CacheDirectory, "lab"),
            new ImageRecipe { Suite = RootHost.Suite() },
            "+userns",
            [.. UserNamespaceHost.Launcher, "--pid", "--fork", "--kill-child=KILL", "--mount-proc"],
            time));
        _nodes = new LabNodes(_lab, options, () => Features, new RelayDialer(_holder, _lab.Hub).ConnectAsync, time);
        MachineNames = options.NodeNames();
    }

    /// <inheritdoc/>
    public string Kind => "userns";

    /// <inheritdoc/>
    public IReadOnlyList<string> MachineNames { get; }

    private static LabFeatures Features => LabFeatures.Root | LabFeatures.OwnRoot | LabFeatures.OwnNetwork | LabFeatures.CephPackages;

    /// <inheritdoc/>
    public string ImageDirectory => _images.Value.Image.Directory;

    /// <inheritdoc/>
    public bool ImageExists => _images.Value.Image.Exists;

    /// <inheritdoc/>
    public Task RemoveImageAsync(CancellationToken cancellationToken) => _images.Value.RemoveAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<LabOffer> DescribeAsync(CancellationToken cancellationToken) => await UserNamespaceHost.ObstacleAsync(cancellationToken) is { } obstacle
        ? new LabOffer(Kind, 0, LabFeatures.None, obstacle)
        : new LabOffer(Kind, MachineNames.Count, Features, null) { OwnKernels = 0, OwnKernelRemedy = GuestHost.OnlyRoot };

    /// <inheritdoc/>
    public async Task PrepareAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        await _images.Value.EnsureAsync(progress, cancellationToken);
        await _script.InstallAsync(cancellationToken);
        await _script.RunAsync(null, ["hub-up"], cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Machine> StartAsync(string name, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var address = _nodes.AddressOf(name);
        if (!_images.Value.Image.Exists || !File.Exists(_lab.Script))
            await PrepareAsync(progress, cancellationToken);
        try
        {
            await _script.RunAsync(_images.Value.Image, ["up", name, address], cancellationToken);
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
        await _script.InstallAsync(cancellationToken);
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
        await SweepAsync(cancellationToken);
        await _holder.EndAsync(cancellationToken);
        if (Directory.Exists(_lab.Directory))
            Directory.Delete(_lab.Directory, recursive: true);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> CollectGarbageAsync(Func<string, bool> isHeld, CancellationToken cancellationToken)
    {
        var free = _nodes.Known().Where(name => !isHeld(name)).ToList();
        await Task.WhenAll(free.Select(name => StopAsync(name, cancellationToken)));
        var removed = free.Select(name => $"machine {name} ({_nodes.AddressOf(name)})").ToList();
        await SweepAsync(cancellationToken);
        if (!_nodes.Known().Any() && !MachineNames.Any(isHeld))
            await _holder.EndAsync(cancellationToken);
        removed.AddRange((await _images.Value.CollectGarbageAsync(cancellationToken)).Select(d => $"half built image {d}"));
        return removed;
    }

    // The files belong to users that exist only in the namespace.
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(_lab.Gone))
            await _script.RunAsync(null, ["sweep"], cancellationToken);
    }
}
