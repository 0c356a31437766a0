using System.Text;

namespace Teuthology.Orchestra;

/// <summary>Disks of a host.</summary>
public static class RemoteDisks
{
    /// <summary>
    /// Disks that a job may overwrite: those of the host's <c>/scratch_devs</c>, else <c>/dev/[sv]d?</c>; without <c>vda</c>, where virtual machines
    /// have their system. The list ends before the first that is not there, cannot be read or is mounted, as upstream's <c>get_scratch_devices</c>.
    /// </summary>
    /// <param name="remote">The host.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<IReadOnlyList<string>> ScratchDevicesAsync(this Remote remote, CancellationToken ct)
    {
        var devices = new List<string>();
        foreach (var device in await CandidatesAsync(remote, ct))
        {
            if (device.Contains("vda", StringComparison.Ordinal))
            {
                RemoteLog.Warn(remote.Log, $"Removing root device: {device} from device list");
                continue;
            }

            if (await WhyNotAsync(remote, device, ct) is { } reason)
            {
                RemoteLog.Detail(remote.Log, $"get_scratch_devices: {device} {reason}");
                break;
            }

            devices.Add(device);
        }

        return devices;
    }

    private static async Task<IEnumerable<string>> CandidatesAsync(Remote remote, CancellationToken ct)
    {
        try
        {
            var told = await remote.ReadFileAsync("/scratch_devs", sudo: false, ct);
            return Encoding.UTF8.GetString(told).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception error) when (error is FileNotFoundException or CommandFailedException)
        {
            var listed = await remote.RunAsync(RemoteCommand.Posix("ls /dev/[sv]d?") with { CheckStatus = false, Quiet = true, Label = "disks" }, ct);
            return listed.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    private static async Task<string?> WhyNotAsync(Remote remote, string device, CancellationToken ct)
    {
        var d = ShellQuote.Quote(device);
        foreach (var (test, sudo, reason) in new[]
        {
            ($"stat {d}", false, "does not exist"),
            ($"dd if={d} of=/dev/null count=1", true, "is not readable"),
            ($"! mount | grep -v devtmpfs | grep -qF {d}", false, "is in use"),
        })
        {
            if ((await remote.RunAsync(RemoteCommand.Posix(test) with { Sudo = sudo, CheckStatus = false, Quiet = true, Label = "disks" }, ct)).ExitStatus != 0)
                return reason;
        }

        return null;
    }
}
