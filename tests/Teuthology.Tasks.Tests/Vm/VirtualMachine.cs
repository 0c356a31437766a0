using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Teuthology.Tasks.Tests;

/// <summary>A PC that qemu emulates: it boots by its own grub, reboots for real, and is reached by SSH at a port of 127.0.0.1, which it sees as 10.0.2.2.</summary>
public sealed class VirtualMachine : IAsyncDisposable
{
    private readonly Process _process;

    private VirtualMachine(Process process, int port, string console) => (_process, Port, Console) = (process, port, console);

    /// <summary>Port of its sshd.</summary>
    public int Port { get; }

    /// <summary>File with what its serial console showed.</summary>
    public string Console { get; }

    /// <summary>Switches one on. What it writes is forgotten when it is switched off.</summary>
    /// <param name="disk">Its disk.</param>
    /// <param name="directory">For the console's file.</param>
    public static VirtualMachine Start(string disk, string directory)
    {
        // Its clock goes by its instructions: a kernel that starts on a busy host would lose timer ticks that it waits for.
        var (port, console) = (FreePort(), Path.Combine(directory, "console.log"));
        string[] qemu =
        [
            "qemu-system-x86_64", "-machine", "pc,accel=tcg", "-cpu", "qemu64", "-smp", "1", "-icount", "shift=2", "-m", "512", "-no-user-config", "-nodefaults", "-display", "none",
            "-serial", $"file:{console}", "-drive", $"file={disk},format=raw,if=virtio,cache=unsafe", "-snapshot", "-nic", $"user,model=virtio-net-pci,hostfwd=tcp:127.0.0.1:{port}-:22",
        ];

        // The shell ends it when its input does, which is when this process is gone.
        const string keeper = "\"$@\" </dev/null & pid=$!; cat >/dev/null; kill -KILL $pid; wait $pid";
        var process = Process.Start(new ProcessStartInfo("sh", ["-c", keeper, "sh", .. qemu]) { RedirectStandardInput = true })!;
        return new VirtualMachine(process, port, console);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
