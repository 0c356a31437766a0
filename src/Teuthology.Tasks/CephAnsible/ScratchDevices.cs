using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>Disks of a machine that nobody uses.</summary>
internal static class ScratchDevices
{
    // As upstream, the first one that is in use or cannot be read ends the list, and /dev/vda is the root of virtual machines.
    private const string Look = """
        for d in $(cat /scratch_devs 2>/dev/null || ls /dev/[sv]d? 2>/dev/null); do
            case $d in *vda*) continue ;; esac
            stat "$d" >/dev/null 2>&1 && dd if="$d" of=/dev/null count=1 2>/dev/null && ! grep -v devtmpfs /proc/self/mounts | grep -q "$d" || break
            echo "$d"
        done
        """;

    /// <summary>Their paths.</summary>
    public static async Task<IReadOnlyList<string>> OfAsync(Remote remote, CancellationToken cancellationToken) =>
        (await remote.RunAsync(RemoteCommand.Args("sh", "-c", Look) with { Sudo = true, Label = "scratch devices" }, cancellationToken)).Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
