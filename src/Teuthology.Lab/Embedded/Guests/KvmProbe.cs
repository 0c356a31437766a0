using System.Diagnostics;

namespace Teuthology.Lab;

/// <summary>
/// Whether KVM really runs guests here, asked once after each start of the host: the boot sector of <see cref="AccelProbe"/> counts and resets the machine,
/// which then ends. A hypervisor that only says it has KVM takes minutes for it.
/// </summary>
/// <param name="file">Where the answer is kept.</param>
/// <param name="time">Clock of the wait.</param>
internal sealed class KvmProbe(string file, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Asks.</summary>
    public async Task<bool> WorksAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        if (!File.Exists("/dev/kvm"))
            return false;
        var boot = (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", cancellationToken)).Trim();
        if (File.Exists(file) && (await File.ReadAllTextAsync(file, cancellationToken)).Split(' ') is [var known, var answer] && known == boot)
            return answer == "works";
        progress?.Report("looking whether KVM works here");
        var works = await CountsAsync(cancellationToken);
        await File.WriteAllTextAsync(file, $"{boot} {(works ? "works" : "fails")}", cancellationToken);
        return works;
    }

    private async Task<bool> CountsAsync(CancellationToken cancellationToken)
    {
        var disk = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(disk, AccelProbe.BootDisk(), cancellationToken);
            string[] arguments =
            [
                "-accel", "kvm", "-cpu", "host", "-m", "16", "-no-reboot", "-no-user-config", "-nodefaults", "-display", "none",
                "-drive", $"file={disk},format=raw,if=ide",
            ];
            using var qemu = Process.Start(new ProcessStartInfo("qemu-system-x86_64", arguments) { RedirectStandardError = true, RedirectStandardInput = true })!;
            var said = qemu.StandardError.ReadToEndAsync(CancellationToken.None);
            try
            {
                await qemu.WaitForExitAsync(cancellationToken).WaitAsync(Patience, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return false;
            }
            finally
            {
                qemu.Kill();
                await said;
            }

            return qemu.ExitCode == 0;
        }
        finally
        {
            File.Delete(disk);
        }
    }
}
