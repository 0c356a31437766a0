using System.Diagnostics;
using System.Security.Cryptography;
using Teuthology.Lab;

namespace Teuthology.Tasks.Tests;

/// <summary>What light and full virtual machines boot from, kept in the cache beside the embedded lab's image; built when it is not there.</summary>
/// <param name="Directory">Where it is.</param>
public sealed record GuestDisk(string Directory)
{
    public string Disk => Path.Combine(Directory, "disk");

    public string Kernel => Path.Combine(Directory, "vmlinuz");

    public string Initrd => Path.Combine(Directory, "initrd");

    /// <summary>Gives it.</summary>
    /// <param name="kind"><c>light</c>, or <c>full</c> with systemd and cloud-init.</param>
    public static async Task<GuestDisk> EnsureAsync(string kind)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Libvirt", "build-guest.sh");
        var cache = Path.Combine(new LabOptions().CacheDirectory, "vm");
        System.IO.Directory.CreateDirectory(cache);
        var guest = new GuestDisk(Path.Combine(cache, $"{kind}-{Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(script)))[..16]}"));
        if (System.IO.Directory.Exists(guest.Directory))
            return guest;

        // Several may build at once: the first that is ready is taken.
        var work = $"{guest.Directory}.{Guid.NewGuid():N}";
        System.IO.Directory.CreateDirectory(work);
        try
        {
            using var build = Process.Start(new ProcessStartInfo("bash", [script, work, kind]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var output = build.StandardOutput.ReadToEndAsync();
            var errors = build.StandardError.ReadToEndAsync();
            await build.WaitForExitAsync();
            Assert.True(build.ExitCode == 0, $"the guest's disk cannot be built: {await output}{await errors}");
            if (!System.IO.Directory.Exists(guest.Directory))
                System.IO.Directory.Move(work, guest.Directory);
        }
        finally
        {
            if (System.IO.Directory.Exists(work))
                System.IO.Directory.Delete(work, recursive: true);
        }

        return guest;
    }
}
