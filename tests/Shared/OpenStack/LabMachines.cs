using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Teuthology.Lab;

namespace Teuthology.Testing.OpenStack;

/// <summary>Servers that are machines of an embedded lab of kind root, each with its own address, sshd and system.</summary>
public sealed class LabMachines : ICloudMachines, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, IMachineLease> _leases = new(StringComparer.Ordinal);
    private readonly ServiceProvider _services;
    private readonly string _state;

    private LabMachines(ServiceProvider services, string state) => (_services, _state) = (services, state);

    /// <summary>File of the network namespace from which the machines are reached.</summary>
    public string Namespace => NamespaceOf(_state);

    /// <summary>File of a lab's network namespace: it follows from the lab's directory.</summary>
    /// <param name="state">The lab's state directory.</param>
    public static string NamespaceOf(string state) =>
        $"/run/netns/teuth-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.Combine(Path.GetFullPath(state), "lab"))))[..8]}";

    /// <summary>Opens a lab.</summary>
    /// <param name="state">Its directory.</param>
    /// <param name="machines">How many machines it may have.</param>
    /// <returns>It, or why there can be none on this host.</returns>
    public static async Task<(LabMachines? Machines, string Obstacle)> TryOpenAsync(string state, int machines)
    {
        var services = new ServiceCollection().AddLogging().AddEmbeddedLab(new LabOptions { Kind = "root", StateDirectory = state, MaxNodes = machines }).BuildServiceProvider();
        var offer = await services.GetRequiredService<ILab>().DescribeAsync(CancellationToken.None);
        if (offer.Machines > 0)
            return (new LabMachines(services, Path.GetFullPath(state)), "");
        await services.DisposeAsync();
        return (null, offer.Remedy ?? "this host can have no lab of kind root");
    }

    /// <summary>A socket at an address that machines see, bound. One machine more keeps the network up until the end.</summary>
    public async Task<Socket> HubAsync()
    {
        var lease = await _services.GetRequiredService<ILab>().AcquireAsync(new MachineRequest { Count = 1, Owner = "cloud@test", Description = "network", Wait = true }, null, CancellationToken.None);
        _leases["network"] = lease;
        var socket = await HubSocket.CreateAsync(Namespace);
        socket.Bind(new IPEndPoint(IPAddress.Parse($"{new LabOptions().Subnet}.1"), 0));
        return socket;
    }

    public async Task<string> StartAsync(string id, string name, CancellationToken cancellationToken)
    {
        var lease = await _services.GetRequiredService<ILab>().AcquireAsync(new MachineRequest { Count = 1, Owner = "cloud@test", Description = $"server {name}", Wait = true }, null, cancellationToken);
        _leases[id] = lease;
        return lease.Machines[0].Address;
    }

    public async Task BootAsync(string id, string? publicKey, JsonObject? userData, CancellationToken cancellationToken)
    {
        if (!_leases.TryGetValue(id, out var lease))
            return;
        var script = new StringBuilder("set -e\n");
        var user = userData?["users"]?[0];
        foreach (var key in new[] { publicKey }.Concat(user?["ssh_authorized_keys"]?.AsArray().Select(k => (string?)k) ?? []).OfType<string>())
            script.Append(System.Globalization.CultureInfo.InvariantCulture, $"printf '%s\\n' {Quoted(key.Trim())} >> /home/ubuntu/.ssh/authorized_keys\n");
        if ((string?)userData?["ssh_keys"]?["ed25519_private"] is { } hostKey)
            script.Append(System.Globalization.CultureInfo.InvariantCulture, $"printf '%s' {Quoted(hostKey)} > /etc/ssh/ssh_host_ed25519_key\nprintf '%s\\n' {Quoted((string)userData["ssh_keys"]!["ed25519_public"]!)} > /etc/ssh/ssh_host_ed25519_key.pub\npkill -HUP -o -x sshd\n");
        if ((string?)userData?["hostname"] is { } hostName)
            script.Append(System.Globalization.CultureInfo.InvariantCulture, $"hostname {Quoted(hostName)}; echo {Quoted(hostName)} > /etc/hostname; printf '%s %s\\n' 127.0.1.1 {Quoted(hostName)} >> /etc/hosts\n");
        foreach (var command in userData?["runcmd"]?.AsArray() ?? [])
            script.Append(command is JsonArray words ? string.Join(' ', words.Select(word => Quoted((string)word!))) : (string)command!).Append('\n');
        await RunAsync(lease.Machines[0], script.ToString(), cancellationToken);
    }

    public async Task StopAsync(string id)
    {
        if (_leases.TryRemove(id, out var lease))
            await lease.DisposeAsync();
    }

    public string ConsoleOf(string id) => _leases.TryGetValue(id, out var lease) && lease.LogDirectory is { } logs && Directory.Exists(logs)
        ? string.Concat(Directory.GetFiles(logs).Select(File.ReadAllText))
        : "";

    public async ValueTask DisposeAsync()
    {
        foreach (var id in _leases.Keys)
            await StopAsync(id);
        await _services.DisposeAsync();
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private async Task RunAsync(Machine machine, string script, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("nsenter",
        [
            $"--net={Namespace}", "ssh", "-F", "/dev/null", "-i", machine.IdentityFile, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes",
            "-o", "LogLevel=ERROR", "-o", "IdentitiesOnly=yes", $"{machine.User}@{machine.Address}", "sudo bash -s",
        ])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(script.AsMemory(), cancellationToken);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
        await output;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"cloud-init of {machine.Name} failed with status {process.ExitCode}: {errors}");
    }
}
