using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Teuthology.Lab;

/// <summary>
/// Machines that need no privilege: one sshd each on 127.0.0.x, with a home, a TMPDIR and a name of its own.
/// They share the host's file system, processes and user, so they suit jobs that need a shell over SSH and no more.
/// </summary>
/// <param name="options">How many machines, and where they live.</param>
/// <param name="time">For deadlines and dates.</param>
public sealed partial class LoopbackProvisioner(LabOptions options, TimeProvider time) : IProvisioner
{
    private readonly string _root = Path.Combine(options.StateDirectory, "loopback");

    /// <inheritdoc/>
    public string Kind => "loopback";

    /// <inheritdoc/>
    public IReadOnlyList<string> MachineNames { get; } = [.. Enumerable.Range(1, options.MaxNodes).Select(i => $"lo{i.ToString(CultureInfo.InvariantCulture)}")];

    private string NodesDirectory => Path.Combine(_root, "nodes");

    private string KeyFile => Path.Combine(_root, "key", "id_ed25519");

    /// <inheritdoc/>
    public Task<LabOffer> DescribeAsync(CancellationToken cancellationToken)
    {
        var remedy = LoopbackSoftware.Obtainable ? LoopbackAccount.Remedy() : LoopbackSoftware.Remedy;
        return Task.FromResult(new LabOffer(Kind, remedy is null ? options.MaxNodes : 0, LabFeatures.None, remedy) { OwnKernels = 0, OwnKernelRemedy = GuestHost.OnlyRoot });
    }

    /// <inheritdoc/>
    public async Task PrepareAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        if (!PlainPath().IsMatch(_root))
            throw new ConfigurationException($"the state directory {_root} has characters that sshd's configuration cannot take: choose another with TEUTHOLOGY_STATE");
        await LoopbackSoftware.EnsureAsync(progress, cancellationToken);
        if (File.Exists(KeyFile))
            return;

        // Made aside and moved whole: of several processes the first one's key counts.
        var draft = Path.Combine(_root, $"key-{Guid.NewGuid():N}");
        Directory.CreateDirectory(draft);
        try
        {
            await KeygenAsync(Path.Combine(draft, "id_ed25519"), "teuthology", cancellationToken);
            Directory.Move(draft, Path.GetDirectoryName(KeyFile)!);
        }
        catch (IOException) when (File.Exists(KeyFile))
        {
            Directory.Delete(draft, recursive: true);
        }
    }

    /// <inheritdoc/>
    public async Task<Machine> StartAsync(string name, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        await StopAsync(name, cancellationToken);
        var node = Node(name);
        try
        {
            await node.WriteAsync(await File.ReadAllTextAsync(KeyFile + ".pub", cancellationToken), cancellationToken);
            await KeygenAsync(node.HostKeyFile, name, cancellationToken);
            var sshd = LoopbackSoftware.Sshd ?? throw new TeuthologyException(FailureKind.Infrastructure, LoopbackSoftware.Remedy);
            return await MachineAsync(node, await LoopbackSshd.StartAsync(node, sshd, options.SshDeadline, time, cancellationToken), cancellationToken);
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
        var node = Node(name);
        if (!Directory.Exists(node.Directory))
            return;
        await LoopbackProcesses.KillAsync(node, await node.ReadStateAsync(cancellationToken), cancellationToken);

        // A job may have left directories that even their owner may not enter.
        await ToolRun.RunAsync("/bin/sh", ["-c", "chmod -R u+rwx \"$1\" 2>/dev/null; rm -rf \"$1\"", "sh", node.Directory], cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Machine?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var node = Node(name);
        return await node.ReadStateAsync(cancellationToken) is { Process.IsDead: false } state ? await MachineAsync(node, state, cancellationToken) : null;
    }

    /// <inheritdoc/>
    public string? ConsoleLogOf(string name) => Node(name).LogFile;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<NodeStatus>> StatusAsync(CancellationToken cancellationToken)
    {
        var all = new List<NodeStatus>();
        foreach (var node in Nodes())
        {
            var state = await node.ReadStateAsync(cancellationToken);
            var up = state is { Process.IsDead: false };
            all.Add(new NodeStatus(node.Name, node.Address, up, up ? state!.Process.ProcessId : 0, state?.Since));
        }

        return all;
    }

    /// <inheritdoc/>
    public async Task DownAsync(CancellationToken cancellationToken)
    {
        await CollectGarbageAsync(_ => false, cancellationToken);
        if (Directory.Exists(_root))
            Directory.Delete(_root, recursive: true);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> CollectGarbageAsync(Func<string, bool> isHeld, CancellationToken cancellationToken)
    {
        var removed = new List<string>();
        foreach (var name in Nodes().Select(n => n.Name).Where(n => !isHeld(n)))
        {
            await StopAsync(name, cancellationToken);
            removed.Add($"loopback machine {name}");
        }

        return removed;
    }

    private static Task KeygenAsync(string file, string comment, CancellationToken cancellationToken) =>
        ToolRun.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", file], cancellationToken);

    [GeneratedRegex(@"\A[-A-Za-z0-9/._+=,@:]+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex PlainPath();

    private IEnumerable<LoopbackNode> Nodes() => Directory.Exists(NodesDirectory)
        ? Directory.GetDirectories(NodesDirectory).Select(d => Node(Path.GetFileName(d))).OrderBy(n => n.Name.Length).ThenBy(n => n.Name, StringComparer.Ordinal)
        : [];

    private LoopbackNode Node(string name) =>
        name.StartsWith("lo") && byte.TryParse(name.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index is > 0 and < 240
            ? new LoopbackNode(name, $"127.0.0.{(10 + index).ToString(CultureInfo.InvariantCulture)}", Path.Combine(NodesDirectory, name))
            : throw new ConfigurationException($"there is no machine '{name}' in the loopback lab; its machines are lo1 to lo{options.MaxNodes.ToString(CultureInfo.InvariantCulture)}");

    private async Task<Machine> MachineAsync(LoopbackNode node, LoopbackState state, CancellationToken cancellationToken)
    {
        var key = (await File.ReadAllTextAsync(node.HostKeyFile + ".pub", cancellationToken)).Split(' ');
        var (system, version) = HostSystem.Read();
        return new Machine
        {
            Name = node.Name,
            User = Environment.UserName,
            Address = node.Address,
            SshPort = state.Port,
            HostKey = $"{key[0]} {key[1]}",
            IdentityFile = KeyFile,
            OsType = system,
            OsVersion = version,
            Arch = RuntimeInformation.OSArchitecture switch { Architecture.X64 => "x86_64", Architecture.Arm64 => "aarch64", var other => other.ToString().ToLowerInvariant() },
            Features = LabFeatures.None,
        };
    }
}
