using System.Diagnostics;
using System.Runtime.InteropServices;
using Teuthology.Lab;

namespace Teuthology.Testing;

/// <summary>
/// A real libvirtd of the test's own, without systemd: in mount, process and network namespaces of its own, with all of its files in one directory and
/// a bridge that only it sees. It and its guests end with this process, however that ends.
/// </summary>
public sealed class LibvirtServer : IAsyncDisposable
{
    private static readonly (string Program, string Package)[] Needed =
    [
        ("libvirtd", "libvirt-daemon"), ("virsh", "libvirt-clients"), ("qemu-system-x86_64", "qemu-system-x86"), ("qemu-img", "qemu-utils"), ("genisoimage", "genisoimage"),
        ("mmdebstrap", "mmdebstrap"), ("ip", "iproute2"), ("mkfs.ext4", "e2fsprogs"),
    ];

    private const string Script = """
        set -eu
        root=$1 name=$2
        ip netns add "$name"
        ip -n "$name" link set lo up
        ip -n "$name" link add br0 type bridge forward_delay 0
        ip -n "$name" addr add 10.97.0.1/24 dev br0
        ip -n "$name" link set br0 up
        mkdir -p "$root/pool" "$root/sock"
        cat >"$root/qemu.conf" <<EOF
        user = "root"
        group = "root"
        security_driver = "none"
        cgroup_controllers = [ ]
        namespaces = [ ]
        stdio_handler = "file"
        remember_owner = 0
        EOF
        printf 'unix_sock_dir = "%s/sock"\nauth_unix_rw = "none"\n' "$root" >"$root/libvirtd.conf"
        exec nsenter --net=/run/netns/$name -- unshare --mount --pid --fork --kill-child=KILL --propagation private --mount-proc sh -eu -c '
            for dir in /etc/libvirt /var/lib/libvirt /var/cache/libvirt /var/log/libvirt /run/libvirt; do
                mkdir -p "$dir" "$0/private$dir"; mount --bind "$0/private$dir" "$dir"
            done
            cp "$0/qemu.conf" "$0/libvirtd.conf" /etc/libvirt/
            # the user of Debian'"'"'s package that starts libvirtd by systemd: libvirt wants to know it, whoever qemu.conf names
            id libvirt-qemu >/dev/null 2>&1 || {
                cp /etc/passwd /etc/group "$0/"
                echo libvirt-qemu:x:64055:64055::/var/lib/libvirt:/usr/sbin/nologin >>"$0/passwd"; echo libvirt-qemu:x:64055: >>"$0/group"
                mount --bind "$0/passwd" /etc/passwd; mount --bind "$0/group" /etc/group
            }
            exec 3<&0
            /usr/sbin/libvirtd -f /etc/libvirt/libvirtd.conf -p /run/libvirt/test.pid </dev/null >"$0/libvirtd.log" 2>&1 3<&- &
            cat <&3 >/dev/null
            kill -KILL -1' "$root"
        """;

    private readonly Process _process;

    private LibvirtServer(Process process, string root, string network) => (_process, Root, Network) = (process, root, network);

    /// <summary>Directory of all its files; the storage pool <c>default</c> is <c>pool</c> in it.</summary>
    public string Root { get; }

    /// <summary>Name of its network namespace, in which bridge <c>br0</c> has the address 10.97.0.1/24.</summary>
    public string Network { get; }

    /// <summary>Its connection URI.</summary>
    public string Uri => $"qemu+unix:///system?socket={Root}/sock/libvirt-sock";

    /// <summary>Starts one, after installing what it takes where this process may; skips the test where it cannot be had.</summary>
    public static async Task<LibvirtServer> StartAsync()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess && RuntimeInformation.OSArchitecture == Architecture.X64, "libvirtd is started as root on an x86-64 host");
        var missing = Needed.Where(n => ToolRun.Find(n.Program) is null).Select(n => n.Package).ToList();
        if (missing.Count > 0)
        {
            Skip.If(ToolRun.Find("apt-get") is null, $"no libvirtd without {string.Join(", ", missing)}; install them");
            await ToolRun.RunAsync("apt-get", ["-o", "DPkg::Lock::Timeout=300", "install", "-y", "-q", "--no-install-recommends", .. missing], CancellationToken.None);
        }

        var root = Directory.CreateTempSubdirectory("teuthology-libvirt-").FullName;
        var network = $"teuthvirt-{Guid.NewGuid().ToString("N")[..8]}";
        var process = Process.Start(new ProcessStartInfo("bash", ["-c", Script, "bash", root, network]) { RedirectStandardInput = true })!;
        var server = new LibvirtServer(process, root, network);
        try
        {
            await server.ReadyAsync();
            await server.VirshAsync("pool-define-as", "default", "dir", "--target", Path.Combine(root, "pool"));
            await server.VirshAsync("pool-start", "default");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>What virsh says.</summary>
    public Task<string> VirshAsync(params string[] arguments) => ToolRun.RunAsync("virsh", ["-q", "-c", Uri, .. arguments], CancellationToken.None);

    /// <summary>Defines a domain, as somebody does who knows nothing of us.</summary>
    /// <param name="name">Its name.</param>
    public async Task DefineAsync(string name)
    {
        var file = Path.Combine(Root, $"{name}.xml");
        await File.WriteAllTextAsync(file, $"<domain type='qemu'><name>{name}</name><memory unit='MiB'>32</memory><os><type arch='x86_64'>hvm</type></os></domain>");
        await VirshAsync("define", file);
    }

    /// <summary>Removes all domains, whatever they do.</summary>
    public async Task UndefineAllAsync()
    {
        foreach (var name in (await VirshAsync("list", "--name")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            await VirshAsync("destroy", name);
        foreach (var name in (await VirshAsync("list", "--all", "--name")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            await VirshAsync("undefine", name);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        await ToolRun.RunAsync("ip", ["netns", "del", Network], CancellationToken.None);
        Directory.Delete(Root, recursive: true);
    }

    private async Task ReadyAsync()
    {
        for (var deadline = Stopwatch.StartNew(); ;)
        {
            try
            {
                await VirshAsync("version");
                return;
            }
            catch (TeuthologyException e) when (!_process.HasExited && deadline.Elapsed < TimeSpan.FromMinutes(2))
            {
                _ = e;
                await Task.Delay(100);
            }
        }
    }
}
