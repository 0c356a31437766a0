using System.Runtime.InteropServices;

namespace Teuthology.Lab;

/// <summary>The machines of a lab as its state directory tells of them: what the root lab and the user-namespace lab have in common.</summary>
/// <param name="lab">The lab.</param>
/// <param name="options">Addresses and patience.</param>
/// <param name="features">What the machines can do.</param>
/// <param name="dial">Connects to an address and port of the lab's network.</param>
/// <param name="time">Clock of deadlines.</param>
internal sealed class LabNodes(
    RootLab lab, LabOptions options, Func<LabFeatures> features, Func<string, int, CancellationToken, Task<Stream>> dial, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Names of which a directory or a cgroup exists, beyond the ones that the options allow now.</summary>
    public IEnumerable<string> Known() => new[] { lab.Nodes, lab.Cgroup }
        .Where(Directory.Exists).SelectMany(d => Directory.GetDirectories(d!)).Select(d => Path.GetFileName(d)!).Distinct(StringComparer.Ordinal);

    /// <summary>The address of a machine.</summary>
    /// <exception cref="ConfigurationException">The lab has no such machine.</exception>
    public string AddressOf(string name) => name.StartsWith('n') && int.TryParse(name.AsSpan(1), out var index) && index is >= 1 and <= 99
        ? options.AddressOf(index)
        : throw new ConfigurationException($"the lab has no machine '{name}'; it has {string.Join(' ', options.NodeNames())}");

    /// <summary>The machine when it runs, else null.</summary>
    public Machine? Find(string name)
    {
        var address = AddressOf(name);
        var node = lab.Node(name);
        return node.Process > 0 && node.Listens ? Describe(node, address) : null;
    }

    /// <summary>What is known of every machine.</summary>
    public IReadOnlyList<NodeStatus> Status() =>
        [.. Known().Select(lab.Node).Select(n => new NodeStatus(n.Name, AddressOf(n.Name), n.Process > 0 && n.Listens, n.Process, n.Since))];

    /// <summary>Waits until the machine's sshd answers.</summary>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it died or is too slow; its console's end is in the text.</exception>
    public async Task<Machine> AnsweringAsync(string name, CancellationToken cancellationToken)
    {
        var address = AddressOf(name);
        var node = lab.Node(name);
        for (var start = time.GetTimestamp(); !(node.Listens && await GreetsAsync(address, cancellationToken)); await Task.Delay(Pause, time, cancellationToken))
        {
            if (node.Process != 0 && time.GetElapsedTime(start) <= Deadline(node))
                continue;
            var what = node.Process == 0 ? "died while it started" : $"did not answer SSH within {Deadline(node).TotalSeconds:F0} s";
            throw new TeuthologyException(FailureKind.Infrastructure, $"machine {node.Name} ({address}) {what}; its console: {ToolRun.Tail(node.Console)}");
        }

        return Describe(node, address);
    }

    private TimeSpan Deadline(RootNode node) => node.IsGuest ? options.GuestDeadline : options.SshDeadline;

    private Task<bool> GreetsAsync(string address, CancellationToken cancellationToken) =>
        SshGreeting.AnswersAsync(token => dial(address, 22, token), options.SshDeadline, cancellationToken);

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
            Features = features() | (node.IsGuest ? LabFeatures.OwnKernel : LabFeatures.None),
            Dial = (port, token) => dial(address, port, token),
        };
    }
}
