using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;

namespace Teuthology.Tasks.Tests;

/// <summary>
/// Makes packages of a distribution's kernel under other releases: <c>uname -r</c> is read from a field of the kernel's memory that has room for 64
/// characters, and its modules load under any release because their symbols have versions. The packages are laid out as <c>make bindeb-pkg</c> does.
/// </summary>
/// <param name="kernel">Directory with <c>vmlinuz</c>, <c>config</c> and <c>modules</c>.</param>
/// <param name="original">The kernel's own release.</param>
public sealed class KernelRepack(string kernel, string original)
{
    private const int FieldLength = 65;
    private const string Hook = "#!/bin/sh\nset -e\n[ HOOK = postrm ] || depmod RELEASE\nexport DEB_MAINT_PARAMS=\"$*\"\nexec run-parts --arg=RELEASE --arg=/boot/vmlinuz-RELEASE /etc/kernel/HOOK.d\n";

    /// <summary>Makes <c>linux-image-RELEASE</c>.</summary>
    /// <param name="release">The release.</param>
    /// <param name="path">The file to write.</param>
    public async Task BuildAsync(string release, string path)
    {
        var root = Directory.CreateTempSubdirectory("teuthology-kernel-").FullName;
        try
        {
            Directory.CreateDirectory($"{root}/DEBIAN");
            Directory.CreateDirectory($"{root}/boot");
            Directory.CreateDirectory($"{root}/lib/modules");
            await File.WriteAllTextAsync($"{root}/DEBIAN/control", $"Package: linux-image-{release}\nVersion: {release}-1\nArchitecture: amd64\nMaintainer: nobody <nobody@localhost>\nDescription: kernel\n");
            foreach (var hook in new[] { "postinst", "postrm" })
            {
                await File.WriteAllTextAsync($"{root}/DEBIAN/{hook}", Hook.Replace("RELEASE", release).Replace("HOOK", hook));
                File.SetUnixFileMode($"{root}/DEBIAN/{hook}", (UnixFileMode)0b111_101_101);
            }

            File.Copy($"{kernel}/config", $"{root}/boot/config-{release}");
            await File.WriteAllBytesAsync($"{root}/boot/vmlinuz-{release}", await RenamedAsync(await File.ReadAllBytesAsync($"{kernel}/vmlinuz"), release));
            await RunAsync("cp", ["-r", $"{kernel}/modules", $"{root}/lib/modules/{release}"], default);
            await RunAsync("dpkg-deb", ["--root-owner-group", "-Znone", "-b", root, path], default);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    // https://docs.kernel.org/arch/x86/boot.html: setup sectors at 0x1f1, payload's offset and length at 0x248; the payload ends with its length unpacked.
    private async Task<byte[]> RenamedAsync(byte[] image, string release)
    {
        var start = ((image[0x1f1] + 1) * 512) + BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(0x248));
        var length = BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(0x24c)) - 4;
        var unpacked = await RunAsync("lz4", ["-dc"], image.AsMemory(start, length));
        Assert.Equal(BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(start + length)), unpacked.Length);
        var field = new byte[FieldLength];
        Encoding.ASCII.GetBytes(original, field);
        var replaced = 0;
        for (var at = 0; unpacked.AsSpan(at).IndexOf(field) is >= 0 and var found; at += FieldLength, replaced++)
        {
            at += found;
            unpacked.AsSpan(at, FieldLength).Clear();
            Encoding.ASCII.GetBytes(release, unpacked.AsSpan(at));
        }

        Assert.True(replaced > 0, $"no field of the kernel says {original}");
        var packed = await RunAsync("lz4", ["-l", "-c", "-12"], unpacked);
        Assert.True(packed.Length <= length, $"the kernel became longer: {packed.Length} > {length}");
        image.AsSpan(start, length).Clear();
        packed.CopyTo(image, start);
        return image;
    }

    private static async Task<byte[]> RunAsync(string program, string[] arguments, ReadOnlyMemory<byte> input)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        using var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        await reading;
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} failed");
        return output.ToArray();
    }
}
