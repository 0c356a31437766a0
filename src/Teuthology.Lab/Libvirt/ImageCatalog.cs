using System.Text.RegularExpressions;

namespace Teuthology.Lab;

/// <summary>Finds the image of an operating system: among those that the site names, then in its directory of images.</summary>
/// <param name="options">The images, and the directory.</param>
/// <param name="http">Client.</param>
internal sealed partial class ImageCatalog(LibvirtOptions options, HttpClient http)
{
    /// <summary>The system to give to a machine.</summary>
    /// <param name="order">What is asked for.</param>
    /// <param name="type">Gives the type's own system.</param>
    /// <param name="meta">Gives that of the meta files.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConfigurationException">There is no such image; the message names those that there are.</exception>
    public async Task<GuestImage> FindAsync(MachineOrder order, MachineTypeSettings type, GuestMeta meta, CancellationToken cancellationToken)
    {
        var system = order.OsType ?? meta.Distro ?? type.OsType ?? (options.Images.Select(i => i.OsType).Distinct().ToList() is [var only] ? only : null)
            ?? throw new ConfigurationException($"the job asks for no os_type, and machine_types.{type.Name}.os_type is not set; the images are {Names()}", type.Mark);
        var version = order.OsVersion ?? (system == meta.Distro ? meta.DistroVersion : null) ?? (system == type.OsType ? type.OsVersion : null);
        var arch = order.Arch ?? meta.Arch;
        var image = options.Images.Where(i => i.OsType == system && (arch is null || i.Arch is null || i.Arch == arch) && IsVersion(i.OsVersion, version)).MaxBy(i => VersionKey(i.OsVersion));
        if (image is null && options.DiscoverUrl is { } url)
            image = (await DiscoverAsync(url, cancellationToken)).Where(i => i.OsType == system && i.Arch == (arch ?? "x86_64") && IsVersion(i.OsVersion, version)).MaxBy(i => (VersionKey(i.OsVersion), i.Url));
        if (image is null)
            throw new ConfigurationException($"there is no image of {system}{(version is null ? "" : $" {version}")}{(arch is null ? "" : $" for {arch}")} for machines of type {type.Name}; the images are {Names()} (keys libvirt.images and downburst.discover_url)", type.Mark);
        return image.Checksum is null && image.Url.StartsWith(options.DiscoverUrl ?? "\n", StringComparison.Ordinal) ? image with { Checksum = await SumAsync(image.Url, cancellationToken) } : image;
    }

    // The directory's page has a link for each image: DISTRO-VERSION-SERIAL-cloudimg-ARCH.img, or .raw. Newer serials sort behind.
    private async Task<IEnumerable<GuestImage>> DiscoverAsync(string url, CancellationToken cancellationToken)
    {
        var directory = url.EndsWith('/') ? url : $"{url}/";
        return Link().Matches(await TextAsync(directory, cancellationToken)).Select(m => new GuestImage
        {
            OsType = m.Groups["system"].Value,
            OsVersion = m.Groups["version"].Value,
            Arch = GuestImage.ArchOf(m.Groups["arch"].Value),
            Url = directory + m.Groups["file"].Value,
            Format = m.Groups["kind"].Value == "raw" ? "raw" : "qcow2",
        });
    }

    private async Task<string> SumAsync(string url, CancellationToken cancellationToken)
    {
        var sum = (await TextAsync($"{url}.sha512", cancellationToken)).Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "";
        return sum.Length == 128 && sum.All(char.IsAsciiHexDigit) ? sum.ToLowerInvariant() : throw new TeuthologyException(FailureKind.Infrastructure, $"{url}.sha512 is no SHA-512: '{sum[..Math.Min(40, sum.Length)]}'");
    }

    private async Task<string> TextAsync(string url, CancellationToken cancellationToken)
    {
        try
        {
            return await http.GetStringAsync(url, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"GET {url}: {e.Message}", e);
        }
    }

    private string Names() => string.Join(", ", options.Images.Select(i => i.Name).DefaultIfEmpty("none"));

    private static bool IsVersion(string version, string? wanted) => wanted is null || version == wanted || version.StartsWith($"{wanted}.", StringComparison.Ordinal);

    // 22.04 before 24.04, 9.7 before 10.1
    private static string VersionKey(string version) => string.Join('.', version.Split('.').Select(part => part.PadLeft(8, '0')));

    [GeneratedRegex("""href="(?<file>(?<system>[a-z_]+)-(?<version>[0-9][0-9a-zA-Z.]*(-sp[0-9])?)-(?<serial>[0-9.]+)-cloudimg-(?<arch>[a-z0-9_]+)\.(?<kind>img|raw))["]""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Link();
}
