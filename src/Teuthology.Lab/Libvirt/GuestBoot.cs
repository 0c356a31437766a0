using System.Net;
using System.Net.Sockets;

namespace Teuthology.Lab;

/// <summary>Waits for a virtual machine that was switched on: for its address, its sshd, its first boot's work.</summary>
/// <param name="options">How long it may take.</param>
/// <param name="host">The libvirt that carries it.</param>
/// <param name="shell">Runs commands on it.</param>
/// <param name="time">Clock.</param>
internal sealed class GuestBoot(LibvirtOptions options, LibvirtHost host, IMachineShell shell, TimeProvider time)
{
    // `cloud-init status --wait` ends at the first error, while later stages still run; the result is there when all are through.
    private const string FirstBoot = """
        command -v cloud-init >/dev/null || exit 0
        case $(cloud-init status) in *disabled*) exit 0 ;; esac
        while [ ! -e /run/cloud-init/result.json ]; do sleep 1; done
        cloud-init status --long
        """;

    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(20);

    /// <summary>File with what its console showed; null when there is none here.</summary>
    public string? Console { get; init; }

    /// <summary>Waits until commands can be run on it.</summary>
    /// <param name="machine">The machine; its address may be empty.</param>
    /// <param name="names">Names that DNS may know it by.</param>
    /// <param name="progress">Told what cloud-init complains of; may be null.</param>
    /// <param name="features">What it can do, when the site knows better than the machine.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>It, with address, system and features.</returns>
    /// <exception cref="TeuthologyException">Kind Infrastructure: it stopped, or took too long; the message has the end of its console.</exception>
    public async Task<Machine> UpAsync(Machine machine, IReadOnlyList<string> names, IProgress<string>? progress, LabFeatures? features, CancellationToken cancellationToken)
    {
        var last = "it got no address";
        var (up, facts) = await new Polling(TimeSpan.FromMilliseconds(500), options.BootTimeout).UntilAsync(
            async _ =>
            {
                await RequireRunningAsync(machine.Name, cancellationToken);
                if ((machine.Address.Length > 0 ? machine.Address : await AddressAsync(host, machine.Name, names, cancellationToken)) is not { } address)
                    return null;
                var found = At(machine, address, options);
                last = $"nothing answers SSH at {address}";
                if (!await SshGreeting.AnswersAsync(found, Answer, cancellationToken))
                    return null;
                try
                {
                    // sshd may be there before the user is.
                    return Tuple.Create(found, await MachineFacts.AskAsync(found, shell, cancellationToken));
                }
                catch (TeuthologyException e)
                {
                    last = e.Message;
                    return null;
                }
            },
            waited => new TeuthologyException(FailureKind.Infrastructure, $"virtual machine {machine.Name} on {host.Virsh.Uri} did not come up within {waited.TotalSeconds:F0} s: {last}{ConsoleTail()}"),
            time,
            cancellationToken);
        await FirstBootAsync(up, progress, cancellationToken);
        return up with { OsType = facts.OsType, OsVersion = facts.OsVersion, Arch = facts.Arch, Features = features ?? facts.Features };
    }

    /// <summary>The machine at an address, and how to get there.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="address">Its address; empty while it is not known.</param>
    /// <param name="options">Tell the network namespace.</param>
    public static Machine At(Machine machine, string address, LibvirtOptions options) => machine with
    {
        Address = address,
        Dial = options.Namespace is { } file ? (port, token) => new HubDialer(file).ConnectAsync(address, port, token) : null,
    };

    /// <summary>Address of a machine by libvirt's DHCP, by what its host heard from it, or by DNS; null while nobody knows one.</summary>
    /// <param name="host">The libvirt that carries it.</param>
    /// <param name="machine">Its name.</param>
    /// <param name="names">Names that DNS may know it by.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<string?> AddressAsync(LibvirtHost host, string machine, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        foreach (var source in (string[])["lease", "arp"])
        {
            // A line is: card, hardware address, ipv4, address/length
            var lines = await host.Virsh.RunUnlessAsync(["error"], ["domifaddr", machine, "--source", source], cancellationToken) ?? "";
            if (lines.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).FirstOrDefault(words => words is [_, _, "ipv4", _, ..]) is { } words)
                return words[3].Split('/')[0];
        }

        foreach (var name in names)
        {
            try
            {
                if ((await Dns.GetHostAddressesAsync(name, AddressFamily.InterNetwork, cancellationToken)).FirstOrDefault() is { } address && !IPAddress.IsLoopback(address))
                    return address.ToString();
            }
            catch (SocketException)
            {
                // DNS does not know it, or not yet.
            }
        }

        return null;
    }

    private async Task RequireRunningAsync(string name, CancellationToken cancellationToken)
    {
        var state = (await host.Virsh.RunUnlessAsync(Virsh.NoDomain, ["domstate", name], cancellationToken))?.Trim();
        if (state is not ("running" or "idle" or "paused" or "in shutdown"))
            throw new TeuthologyException(FailureKind.Infrastructure, $"virtual machine {name} on {host.Virsh.Uri} {(state is null ? "was taken away" : $"is {state}")} while it started{ConsoleTail()}");
    }

    // downburst waits for cloud-init's last step as well; what that could not do is for the log.
    private async Task FirstBootAsync(Machine machine, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var (status, output, errors) = await shell.RunAsync(machine, FirstBoot, options.BootTimeout, cancellationToken);
        if (status == 255)
            throw new TeuthologyException(FailureKind.Infrastructure, $"virtual machine {machine.Name} ({machine.Address}) was lost during its first boot: {ToolRun.Tail(errors)}{ConsoleTail()}");
        if (status != 0)
            progress?.Report($"WARNING: cloud-init on {machine.Name} ended with errors: {ToolRun.Tail(output + errors)}");
    }

    private string ConsoleTail() => Console is not null && File.Exists(Console) ? $"; its console: {ToolRun.Tail(File.ReadAllText(Console))}" : "";
}
