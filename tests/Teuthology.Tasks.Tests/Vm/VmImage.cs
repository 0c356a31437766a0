using System.Diagnostics;
using System.Security.Cryptography;
using Teuthology.Lab;

namespace Teuthology.Tasks.Tests;

/// <summary>The disk of virtual machines and kernels for them, kept in the cache beside the embedded lab's image; built when they are not there.</summary>
/// <param name="Directory">Where they are.</param>
public sealed record VmImage(string Directory)
{
    private static readonly (string Program, string Package)[] Needed = [("qemu-system-x86_64", "qemu-system-x86"), ("mmdebstrap", "mmdebstrap"), ("lz4", "lz4")];

    public string Disk => Path.Combine(Directory, "disk");

    public string IdentityFile => Path.Combine(Directory, "id_ed25519");

    public string HostKey => string.Join(' ', File.ReadAllText(Path.Combine(Directory, "host_key.pub")).Split(' ')[..2]);

    /// <summary>Release of the kernel that the disk has.</summary>
    public string Release => File.ReadAllText(Path.Combine(Directory, "release")).Trim();

    /// <summary>The package of another kernel.</summary>
    public string Package(string release) => Path.Combine(Directory, $"linux-image-{release}_1_amd64.deb");

    /// <summary>Gives it, after installing what it is built by where this process may.</summary>
    /// <param name="releases">Of the other kernels.</param>
    public static async Task<VmImage> EnsureAsync(params string[] releases)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess && RuntimeInformationIsX64(), "a virtual machine's disk is built as root on an x86-64 host");
        var missing = Needed.Where(n => ToolRun.Find(n.Program) is null).Select(n => n.Package).ToList();
        if (missing.Count > 0)
        {
            Skip.If(ToolRun.Find("apt-get") is null, $"no virtual machine without {string.Join(", ", missing)}");
            await ToolRun.RunAsync("apt-get", ["-o", "DPkg::Lock::Timeout=300", "install", "-y", "-q", "--no-install-recommends", .. missing], CancellationToken.None);
        }

        var script = Path.Combine(AppContext.BaseDirectory, "Vm", "build-vm.sh");
        var cache = Path.Combine(new LabOptions().CacheDirectory, "vm");
        System.IO.Directory.CreateDirectory(cache);
        var image = new VmImage(Path.Combine(cache, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(script)))[..16]));
        if (!System.IO.Directory.Exists(image.Directory))
            await BuildAsync(script, image);
        foreach (var release in releases.Where(r => !File.Exists(image.Package(r))))
        {
            var work = $"{image.Package(release)}.{Guid.NewGuid():N}";
            await new KernelRepack(Path.Combine(image.Directory, "kernel"), image.Release).BuildAsync(release, work);
            File.Move(work, image.Package(release), overwrite: true);
        }

        return image;
    }

    // Several may build at once: the first that is ready is taken.
    private static async Task BuildAsync(string script, VmImage image)
    {
        var work = $"{image.Directory}.{Guid.NewGuid():N}";
        System.IO.Directory.CreateDirectory(work);
        try
        {
            using var build = Process.Start(new ProcessStartInfo("bash", [script, work]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var output = build.StandardOutput.ReadToEndAsync();
            var errors = build.StandardError.ReadToEndAsync();
            await build.WaitForExitAsync();
            Assert.True(build.ExitCode == 0, $"the virtual machine's disk cannot be built: {await output}{await errors}");
            if (!System.IO.Directory.Exists(image.Directory))
                System.IO.Directory.Move(work, image.Directory);
        }
        finally
        {
            if (System.IO.Directory.Exists(work))
                System.IO.Directory.Delete(work, recursive: true);
        }
    }

    private static bool RuntimeInformationIsX64() => System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64;
}
