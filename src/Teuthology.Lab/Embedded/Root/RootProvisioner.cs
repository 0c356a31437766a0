using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Teuthology.Lab;

/// <summary>
/// Machines made by root: an overlay on a shared image, namespaces and a cgroup each, on a private bridge that the host's network does not see.
/// A machine's mounts and network belong to its processes, so they go when it is killed; its directory is its record.
/// </summary>
public sealed class RootProvisioner : IProvisioner, IMachineImage
{
    private readonly LabOptions _options;
    private readonly TimeProvider _time;
    private readonly RootLab _lab;
    private readonly NodeScript _script;
    private readonly HubDialer _hub;
    private readonly Lazy<ImageStore> _images;

    /// <summary>The root lab of a state directory.</summary>
    /// <param name="options">Where state and images are, how many machines, their addresses.</param>
    /// <param name="time">Clock of deadlines.</param>
    public RootProvisioner(LabOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _lab = new RootLab(options);
        _script = new NodeScript(_lab, options);
        _hub = new HubDialer(_lab.Hub);
        _images = new Lazy<ImageStore>(() => new ImageStore(
            Path.Combine(options.CacheDirectory, "lab"), new ImageRecipe { Suite = RootHost.Suite() }, "", ImageStore.RootLauncher, time));
        MachineNames = options.NodeNames();
    }

    /// <inheritdoc/>
    public string Kind => "root";

    /// <inheritdoc/>
    public IReadOnlyList<string> MachineNames { get; }

    private static LabFeatures Features => LabFeatures.Root | LabFeatures.OwnRoot | LabFeatures.OwnNetwork | LabFeatures.CephPackages
        | (File.Exists("/dev/fuse") ? LabFeatures.Fuse : LabFeatures.None);

    /// <inheritdoc/>
    public string ImageDirectory => _images.Value.Image.Directory;

    /// <inheritdoc/>
    public bool ImageExists => _images.Value.Image.Exists;

    /// <inheritdoc/>
    public Task RemoveImageAsync(CancellationToken cancellationToken) => _images.Value.RemoveAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<LabOffer> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(RootHost.Obstacle() is { } obstacle
        ? new LabOffer(Kind, 0, LabFeatures.None, obstacle)
        : new LabOffer(Kind, MachineNames.Count, Features, null));

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
    public async Task<Machine> StartAsync(string name, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var address = AddressOf(name);
        var image = _images.Value.Image;
        if (!image.Exists)
            await PrepareAsync(progress, cancellationToken);
        try
        {
            await _script.RunAsync(image, ["up", name, address], cancellationToken);
            await AnswersAsync(_lab.Node(name), address, cancellationToken);
            return Describe(_lab.Node(name), address);
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
        AddressOf(name);
        if (!_lab.Node(name).Exists)
            return;
        await _script.RunAsync(null, ["down", name], cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Machine?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var address = AddressOf(name);
        var node = _lab.Node(name);
        return Task.FromResult(node.Process > 0 && node.Listens ? Describe(node, address) : null);
    }

    /// <inheritdoc/>
    public string? ConsoleLogOf(string name) => _lab.Node(name).ConsoleFile;

    /// <inheritdoc/>
    public Task<IReadOnlyList<NodeStatus>> StatusAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<NodeStatus>>(
        [.. Known().Select(_lab.Node).Select(n => new NodeStatus(n.Name, AddressOf(n.Name), n.Process > 0 && n.Listens, n.Process, n.Since))]);

    /// <inheritdoc/>
    public async Task DownAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(Known().Select(name => StopAsync(name, cancellationToken)));
        if (_lab.Exists)
            await _script.RunAsync(null, ["hub-down"], cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> CollectGarbageAsync(Func<string, bool> isHeld, CancellationToken cancellationToken)
    {
        var removed = new List<string>();
        if (RootHost.Obstacle() is not null)
            return removed;
        var free = Known().Where(name => !isHeld(name)).ToList();
        await Task.WhenAll(free.Select(name => StopAsync(name, cancellationToken)));
        removed.AddRange(free.Select(name => $"machine {name} ({AddressOf(name)})"));
        if (_lab.Exists && !Known().Any() && !MachineNames.Any(isHeld))
        {
            await _script.RunAsync(null, ["hub-down"], cancellationToken);
            removed.Add($"network {_lab.Id}");
        }

        removed.AddRange((await _images.Value.CollectGarbageAsync(cancellationToken)).Select(d => $"half built image {d}"));
        return removed;
    }

    private async Task AnswersAsync(RootNode node, string address, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        while (true)
        {
            if (node.Listens && await GreetsAsync(address, cancellationToken))
                return;
            if (node.Process == 0 || _time.GetElapsedTime(start) > _options.SshDeadline)
            {
                var what = node.Process == 0 ? "died while it started" : $"did not answer SSH within {_options.SshDeadline.TotalSeconds:F0} s";
                throw new TeuthologyException(FailureKind.Infrastructure, $"machine {node.Name} ({address}) {what}; its console: {ToolRun.Tail(node.Console)}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), _time, cancellationToken);
        }
    }

    private async Task<bool> GreetsAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(_options.SshDeadline);
            return (await _hub.ReadGreetingAsync(address, 22, patience.Token)).StartsWith("SSH-2.0-", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is SocketException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private Machine Describe(RootNode node, string address)
    {
        var (system, version) = HostSystem.Read();
        return new Machine
        {
            Name = node.Name,
            User = "ubuntu",
            Address = address,
            HostKey = node.HostKey,
            IdentityFile = new LabImage(Path.GetDirectoryName(node.ImageRoot)!).IdentityFile,
            OsType = system,
            OsVersion = version,
            Arch = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64",
            Features = Features,
            Dial = (port, token) => _hub.ConnectAsync(address, port, token),
        };
    }

    // Names of which a directory or a cgroup exists, beyond the ones that the options allow now
    private IEnumerable<string> Known() => new[] { _lab.Nodes, _lab.Cgroup }
        .Where(Directory.Exists).SelectMany(d => Directory.GetDirectories(d!)).Select(d => Path.GetFileName(d)!).Distinct(StringComparer.Ordinal);

    private string AddressOf(string name) => name.StartsWith('n') && int.TryParse(name.AsSpan(1), out var index) && index is >= 1 and <= 99
        ? _options.AddressOf(index)
        : throw new ConfigurationException($"the lab has no machine '{name}'; it has {string.Join(' ', MachineNames)}");
}
