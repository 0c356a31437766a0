using System.Globalization;
using System.Xml.Linq;

namespace Teuthology.Lab;

/// <summary>
/// Whether KVM really runs guests: a boot sector counts in protected mode and resets the machine. A hypervisor that only says it has KVM (nested, or one that
/// wants kernels of its own) takes minutes where a real one takes a blink; an emulator takes a second.
/// </summary>
/// <param name="virsh">The libvirt.</param>
/// <param name="volumes">Keeps the boot sector meanwhile.</param>
/// <param name="time">Clock.</param>
internal sealed class AccelProbe(Virsh virsh, GuestVolumes volumes, TimeProvider time)
{
    private const int Rounds = 100_000_000;

    // SeaBIOS boots no disk that is shorter than a cylinder
    private const int DiskSize = 1 << 20;

    /// <summary>How long the guest may take.</summary>
    public Polling Patience { get; init; } = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(10));

    /// <summary>A disk with the boot sector: real mode, into protected mode, <see cref="Rounds"/> rounds of a loop, reset by the keyboard controller.</summary>
    public static byte[] BootDisk()
    {
        byte[] code =
        [
            0xFA,                               // 00  cli
            0x31, 0xC0,                         // 01  xor ax, ax
            0x8E, 0xD8,                         // 03  mov ds, ax
            0x0F, 0x01, 0x16, 0x38, 0x7C,       // 05  lgdt [7c38]
            0x0F, 0x20, 0xC0,                   // 0a  mov eax, cr0
            0x0C, 0x01,                         // 0d  or al, 1
            0x0F, 0x22, 0xC0,                   // 0f  mov cr0, eax
            0xEA, 0x17, 0x7C, 0x08, 0x00,       // 12  jmp 08:7c17
            0xB9, .. BitConverter.GetBytes(Rounds), // 17  mov ecx, rounds
            0x49,                               // 1c  dec ecx
            0x75, 0xFD,                         // 1d  jnz 1c
            0xB0, 0xFE,                         // 1f  mov al, fe
            0xE6, 0x64,                         // 21  out 64, al
            0xF4,                               // 23  hlt
            0xEB, 0xFD,                         // 24  jmp 23
            0x90, 0x90,                         // 26
            0, 0, 0, 0, 0, 0, 0, 0,             // 28  no segment
            0xFF, 0xFF, 0, 0, 0, 0x9A, 0xCF, 0, // 30  code, 4 GiB
            0x0F, 0x00, 0x28, 0x7C, 0, 0,       // 38  the table: 16 bytes at 7c28
        ];
        var disk = new byte[DiskSize];
        code.CopyTo(disk, 0);
        (disk[510], disk[511]) = (0x55, 0xAA);
        return disk;
    }

    /// <summary>Boots it.</summary>
    /// <param name="type">Domain type: <c>kvm</c>, or <c>qemu</c> for the emulator.</param>
    /// <param name="name">Name for the domain and its volume.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when it ran; else what it did instead, in words.</returns>
    public async Task<string?> FaultAsync(string type, string name, CancellationToken cancellationToken)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, BootDisk(), cancellationToken);
            var disk = await volumes.UploadAsync($"{name}.img", file, cancellationToken);
            await virsh.WithXmlAsync(Domain(type, name, disk), ["create", "{}"], cancellationToken);
            await Patience.UntilAsync<string>(
                async _ => await IsGoneAsync(name, cancellationToken) ? "" : null,
                waited => new TeuthologyException(FailureKind.Infrastructure, $"a guest that counts to {Rounds.ToString("N0", CultureInfo.InvariantCulture)} was not through in {waited.TotalSeconds:F0} s"),
                time,
                cancellationToken);
            return null;
        }
        catch (TeuthologyException e) when (e.Kind == FailureKind.Infrastructure)
        {
            return e.Message;
        }
        finally
        {
            await virsh.RunUnlessAsync([.. Virsh.NoDomain, "domain is not running"], ["destroy", name], CancellationToken.None);
            await volumes.RemoveAsync($"{name}.img", CancellationToken.None);
            File.Delete(file);
        }
    }

    private async Task<bool> IsGoneAsync(string name, CancellationToken cancellationToken) =>
        await virsh.RunUnlessAsync(Virsh.NoDomain, ["domstate", name], cancellationToken) is not { } state || state.Trim() == "shut off";

    private static string Domain(string type, string name, string disk) => new XElement(
        "domain",
        new XAttribute("type", type),
        new XElement("name", name),
        new XElement("memory", new XAttribute("unit", "MiB"), 32),
        new XElement("vcpu", 1),
        new XElement("os", new XElement("type", new XAttribute("arch", "x86_64"), "hvm"), new XElement("boot", new XAttribute("dev", "hd"))),
        new XElement("on_reboot", "destroy"),
        new XElement("on_crash", "destroy"),
        new XElement(
            "devices",
            new XElement(
                "disk",
                new XAttribute("type", "file"),
                new XAttribute("device", "disk"),
                new XElement("driver", new XAttribute("name", "qemu"), new XAttribute("type", "raw")),
                new XElement("source", new XAttribute("file", disk)),
                new XElement("target", new XAttribute("dev", "vda"), new XAttribute("bus", "virtio"))),
            new XElement("memballoon", new XAttribute("model", "none")))).ToString();
}
