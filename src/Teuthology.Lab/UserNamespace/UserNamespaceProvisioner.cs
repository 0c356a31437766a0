using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Teuthology.Lab;

/// <summary>
/// The root lab's machines for an ordinary user: everything that needs root happens in a user namespace,
/// where the machines' users are ids that /etc/subuid gives to him. No cgroups; else the same machines.
/// </summary>
public sealed class UserNamespaceProvisioner : IProvisioner, IMachineImage
{
    private readonly LabOptions _options;
    private readonly TimeProvider _time;
    private readonly RootLab _lab;
    private readonly UserNamespaceHolder _holder;
    private readonly NodeScript _script;
    private readonly RelayDialer _hub;
    private readonly Lazy<ImageStore> _images;

    /// <summary>The user's lab of a state directory.</summary>
    /// <param name="options">Where state and images are, how many machines, their addresses.</param>
    /// <param name="time">Clock of deadlines.</param>
    public UserNamespaceProvisioner(LabOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _lab = new RootLab(options);
        _holder = new UserNamespaceHolder(_lab.Directory);
        _script = new NodeScript(_lab, options, _holder.EnterAsync, overlay: "userxattr");
        _hub = new RelayDialer(_holder, _lab.Hub);
        _images = new Lazy<ImageStore>(() => new ImageStore(
            Path.Combine(options.CacheDirectory, "lab"),
            new ImageRecipe { Suite = RootHost.Suite() },
            "+userns",
            [.. UserNamespaceHost.Launcher, "--pid", "--fork", "--kill-child=KILL", "--mount-proc"],
            time));
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
        : new LabOffer(Kind, MachineNames.Count, Features, null);

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
        var address = AddressOf(name);
        if (!_images.Value.Image.Exists || !File.Exists(_lab.Script))
            await PrepareAsync(progress, cancellationToken);
        try
        {
            await _script.RunAsync(_images.Value.Image, ["up", name, address], cancellationToken);
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
        await _script.InstallAsync(cancellationToken);
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
        await _holder.EndAsync(cancellationToken);
        if (Directory.Exists(_lab.Directory))
            Directory.Delete(_lab.Directory, recursive: true);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> CollectGarbageAsync(Func<string, bool> isHeld, CancellationToken cancellationToken)
    {
        var free = Known().Where(name => !isHeld(name)).ToList();
        await Task.WhenAll(free.Select(name => StopAsync(name, cancellationToken)));
        var removed = free.Select(name => $"machine {name} ({AddressOf(name)})").ToList();
        if (!Known().Any() && !MachineNames.Any(isHeld))
            await _holder.EndAsync(cancellationToken);
        removed.AddRange((await _images.Value.CollectGarbageAsync(cancellationToken)).Select(d => $"half built image {d}"));
        return removed;
    }

    private async Task AnswersAsync(RootNode node, string address, CancellationToken cancellationToken)
    {
        for (var start = _time.GetTimestamp(); !(node.Listens && await GreetsAsync(address, cancellationToken));)
        {
            var died = node.Process == 0;
            if (died || _time.GetElapsedTime(start) > _options.SshDeadline)
                throw new TeuthologyException(FailureKind.Infrastructure, $"machine {node.Name} ({address}) {(died ? "died while it started" : $"did not answer SSH within {_options.SshDeadline.TotalSeconds:F0} s")}; its console: {ToolRun.Tail(node.Console)}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), _time, cancellationToken);
        }
    }

    private async Task<bool> GreetsAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await _hub.ConnectAsync(address, 22, cancellationToken);
            var greeting = new byte[8];
            await stream.ReadExactlyAsync(greeting, cancellationToken);
            return Encoding.ASCII.GetString(greeting) == "SSH-2.0-";
        }
        catch (Exception e) when (e is SocketException or IOException)
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

    private IEnumerable<string> Known() => Directory.Exists(_lab.Nodes) ? Directory.GetDirectories(_lab.Nodes).Select(d => Path.GetFileName(d)!) : [];

    private string AddressOf(string name) => name.StartsWith('n') && int.TryParse(name.AsSpan(1), out var index) && index is >= 1 and <= 99
        ? _options.AddressOf(index)
        : throw new ConfigurationException($"the lab has no machine '{name}'; it has {string.Join(' ', MachineNames)}");
}
