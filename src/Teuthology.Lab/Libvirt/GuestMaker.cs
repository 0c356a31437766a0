using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Teuthology.Lab;

/// <summary>Makes virtual machines and takes them away.</summary>
/// <param name="type">Their machine type.</param>
/// <param name="options">How they are made.</param>
/// <param name="catalog">Finds images.</param>
/// <param name="cache">Keeps images.</param>
/// <param name="keys">Keys of the machines.</param>
/// <param name="site">Login user and domain.</param>
/// <param name="directory">For consoles and locks.</param>
internal sealed class GuestMaker(MachineTypeSettings type, LibvirtOptions options, ImageCatalog catalog, ImageCache cache, GuestKeys keys, SiteConfig site, string directory)
{
    /// <summary>File that a machine's console is written to, when libvirt runs here.</summary>
    public string ConsoleOf(string machine) => Path.Combine(directory, "consoles", $"{machine}.log");

    /// <summary>Forgets what a machine's console showed.</summary>
    public void RemoveConsole(string machine)
    {
        if (Directory.Exists(Path.GetDirectoryName(ConsoleOf(machine))))
            File.Delete(ConsoleOf(machine));
    }

    /// <summary>Makes a machine from nothing and switches it on.</summary>
    /// <param name="entry">What is known of it.</param>
    /// <param name="order">Its system, and for whom.</param>
    /// <param name="host">The libvirt that carries it.</param>
    /// <param name="progress">Told in words what is being done; may be null.</param>
    /// <param name="cancellationToken">Stops it; what was made stays for <see cref="RemoveAsync"/>.</param>
    /// <returns>Its network cards, the first with the address that it has when that is known.</returns>
    public async Task<IReadOnlyList<GuestNetwork>> MakeAsync(MachineEntry entry, MachineOrder order, LibvirtHost host, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var meta = options.MetaOf(entry.Name);
        var image = await catalog.FindAsync(order, type, meta, cancellationToken);
        var domainType = await host.DomainTypeAsync(progress, cancellationToken);
        var networks = await NetworksAsync(entry, meta, host, cancellationToken);
        var (disk, boot) = await ImageAsync(image, host, progress, cancellationToken);
        var seed = await SeedAsync(entry, image, meta, networks, order, cancellationToken);

        var prefix = GuestVolumes.PrefixOf(entry.Name);
        var disks = new List<(string, string, bool)> { (await host.Volumes.CloneAsync($"{prefix}disk.img", meta.DiskSize, disk, image.Format, cancellationToken), "qcow2", false) };
        for (var i = 1; i <= meta.AdditionalDisks; i++)
            disks.Add((await host.Volumes.CreateAsync($"{prefix}disk-{(i + 1).ToString(CultureInfo.InvariantCulture)}.img", meta.AdditionalDisksSize, cancellationToken), "raw", false));
        disks.Add((await UploadSeedAsync(seed, $"{prefix}seed.iso", host, cancellationToken), "raw", true));

        var console = host.Virsh.IsLocal ? ConsoleOf(entry.Name) : null;
        if (console is not null)
            Directory.CreateDirectory(Path.GetDirectoryName(console)!);
        var domain = new DomainXml
        {
            Name = entry.Name,
            Lab = options.Lab,
            Fence = order.Fence,
            Owner = order.Owner ?? "",
            Type = domainType,
            Arch = image.Arch ?? order.Arch ?? meta.Arch ?? "x86_64",
            Meta = meta,
            Disks = disks,
            Networks = networks,
            Boot = boot,
            ConsoleLog = console,
        };
        await host.Virsh.WithXmlAsync(domain.ToString(), ["define", "{}"], cancellationToken);
        await host.Virsh.RunAsync(["start", entry.Name], cancellationToken);
        return networks;
    }

    /// <summary>Takes a machine away, with its disks; one that is not there is fine.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="host">The libvirt that carries it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TeuthologyException">Kind Configuration: a domain of that name is not ours.</exception>
    public async Task RemoveAsync(string name, LibvirtHost host, CancellationToken cancellationToken)
    {
        if (await host.Virsh.RunUnlessAsync(Virsh.NoDomain, ["dumpxml", name], cancellationToken) is { } xml)
        {
            if (DomainXml.MarkOf(xml)?.Lab != options.Lab && !options.ReplaceForeign)
                throw new ConfigurationException($"{host.Virsh.Uri} has a domain '{name}' that {(DomainXml.MarkOf(xml) is { } mark ? $"another lab made ({mark.Owner})" : "nobody of us made")}: rename it, or set replace_foreign: true for machines of type {type.Name} to have it destroyed", type.Mark);
            await host.Virsh.RunUnlessAsync([.. Virsh.NoDomain, "domain is not running"], ["destroy", name], cancellationToken);
            await host.Virsh.RunUnlessAsync(Virsh.NoDomain, ["undefine", name, "--managed-save", "--snapshots-metadata", "--nvram"], cancellationToken);
        }

        foreach (var volume in (await host.Volumes.ListAsync(cancellationToken)).Where(v => v.StartsWith(GuestVolumes.PrefixOf(name), StringComparison.Ordinal)))
            await host.Volumes.RemoveAsync(volume, cancellationToken);
        if (!options.KeepHostKeys)
            keys.Remove(name);
    }

    /// <summary>Removes the images that were uploaded for these machines.</summary>
    public async Task RemoveImagesAsync(LibvirtHost host, CancellationToken cancellationToken)
    {
        foreach (var volume in (await host.Volumes.ListAsync(cancellationToken)).Where(v => v.StartsWith(ImagePrefix, StringComparison.Ordinal)))
            await host.Volumes.RemoveAsync(volume, cancellationToken);
    }

    // An upload must not be taken for whole by a controller on another host: each has its own.
    private string ImagePrefix => $"teuthology-image-{Digest($"{options.Lab} {Environment.MachineName} {directory}")}-";

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8];

    private async Task<(string Disk, (string Kernel, string? Initrd, string? CommandLine)? Boot)> ImageAsync(GuestImage image, LibvirtHost host, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var file = await cache.GetAsync(image.Url, image.Checksum, progress, cancellationToken);
        var name = $"{ImagePrefix}{image.Name}-{image.Digest(new FileInfo(file))}.img";
        await EnsureAsync(name, file);
        if (image.Kernel is null)
            return (name, null);
        return (name, (await BootFileAsync(image.Kernel), image.Initrd is null ? null : await BootFileAsync(image.Initrd), image.CommandLine));

        async Task<string> BootFileAsync(string url)
        {
            var local = await cache.GetAsync(url, null, progress, cancellationToken);
            return await EnsureAsync($"{ImagePrefix}{Digest($"{url} {new FileInfo(local).Length} {File.GetLastWriteTimeUtc(local).Ticks}")}.boot", local);
        }

        Task<string> EnsureAsync(string volume, string local) => host.Volumes.EnsureAsync(volume, local, Path.Combine(directory, "locks", Digest($"{host.Virsh.Uri} {volume}")), progress, cancellationToken);
    }

    private async Task<CloudSeed> SeedAsync(MachineEntry entry, GuestImage image, GuestMeta meta, IReadOnlyList<GuestNetwork> networks, MachineOrder order, CancellationToken cancellationToken) => new()
    {
        Name = entry.Name,
        HostName = site.LabDomain.Length > 0 && !entry.Name.Contains('.', StringComparison.Ordinal) ? $"{entry.Name}.{site.LabDomain.TrimStart('.')}" : entry.Name,
        User = entry.User ?? site.TestUser,
        AuthorizedKeys = [await keys.PublicAsync(cancellationToken), .. options.AuthorizedKeys],
        HostKey = await keys.HostKeyAsync(entry.Name, options.KeepHostKeys, cancellationToken),
        OsType = image.OsType,
        Instance = $"{entry.Name}-{order.Fence.ToString(CultureInfo.InvariantCulture)}-{Guid.NewGuid():N}",
        Packages = options.Packages,
        MetaData = meta.MetaData,
        UserData = options.UserData,
        Networks = networks,
    };

    private static async Task<string> UploadSeedAsync(CloudSeed seed, string volume, LibvirtHost host, CancellationToken cancellationToken)
    {
        var file = Path.Combine(Path.GetTempPath(), $"teuthology-seed-{Guid.NewGuid():N}.iso");
        try
        {
            await seed.WriteAsync(file, cancellationToken);
            return await host.Volumes.UploadAsync(volume, file, cancellationToken);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<IReadOnlyList<GuestNetwork>> NetworksAsync(MachineEntry entry, GuestMeta meta, LibvirtHost host, CancellationToken cancellationToken)
    {
        var known = meta.Networks.Any(n => n.Source is null) ? await host.NetworksAsync(cancellationToken) : [];
        var usual = known.FirstOrDefault(n => n == "front") ?? known.FirstOrDefault(n => n == "default");
        return [.. meta.Networks.Select((network, i) => network with
        {
            Source = network.Source ?? usual ?? throw new ConfigurationException($"{host.Virsh.Uri} has neither network 'front' nor 'default' (it has: {string.Join(", ", known.DefaultIfEmpty("none"))}): name one under 'networks'"),
            Mac = network.Mac ?? (i == 0 ? entry.MacAddress : null) ?? MacOf($"{entry.Name} {i.ToString(CultureInfo.InvariantCulture)}"),
        })];
    }

    // 52:54:00 is what QEMU gives; the rest follows from the name, so that DHCP knows the machine again.
    private static string MacOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text)) is var hash ? $"52:54:00:{hash[0]:x2}:{hash[1]:x2}:{hash[2]:x2}" : "";
}
