using System.Globalization;
using Teuthology.OpenStack;

namespace Teuthology.Lab;

/// <summary>Finds the image of an operating system in a cloud, and uploads it where the cloud has none.</summary>
/// <param name="cloud">The cloud.</param>
/// <param name="options">The site's images.</param>
/// <param name="cache">Downloads them.</param>
/// <param name="directory">For locks.</param>
internal sealed class ServerImages(OpenStackCloud cloud, CloudOptions options, ImageCache cache, string directory)
{
    /// <summary>The image for a machine.</summary>
    /// <param name="order">What is asked for.</param>
    /// <param name="type">Gives the type's own system.</param>
    /// <param name="progress">Told how far an upload is; may be null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The cloud's id of it, and the system.</returns>
    /// <exception cref="ConfigurationException">There is no such image anywhere.</exception>
    public async Task<(string Id, GuestImage System)> FindAsync(MachineOrder order, MachineTypeSettings type, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var osType = order.OsType ?? type.OsType ?? (options.Images.Select(i => i.System.OsType).Distinct(StringComparer.Ordinal).ToList() is [var only] ? only : DefaultSystems.OsType);
        var version = order.OsVersion ?? (osType == type.OsType ? type.OsVersion : null);
        var arch = order.Arch ?? "x86_64";
        var named = options.Images.FirstOrDefault(i => i.System.OsType == osType && (i.System.Arch is null || i.System.Arch == arch) && (version is null || i.System.OsVersion == version || i.System.OsVersion.StartsWith($"{version}.", StringComparison.Ordinal)));
        if (named is { CloudName: { } name })
        {
            return (await ByNameOrIdAsync(name, cancellationToken)
                ?? throw new ConfigurationException($"the cloud has no image '{name}', which `images` of the site names for {named.System.Name}", type.Mark), named.System);
        }

        version = named?.System.OsVersion ?? version ?? DefaultSystems.VersionOf(osType) ?? throw new ConfigurationException($"the job asks for no os_version of {osType}, and no usual one is known", type.Mark);
        var system = named?.System ?? CloudSystems.Find(osType, version, arch) ?? new GuestImage { OsType = osType, OsVersion = version, Arch = arch, Url = "" };
        var upload = new CloudImage(system, null).UploadName(arch);
        if (await cloud.Images.FindByNameAsync(upload, cancellationToken) is { } uploaded)
            return (uploaded.Id, system);
        if (named is null && await BySystemAsync(osType, version, cancellationToken) is { } there)
            return (there, system);
        if (system.Url.Length == 0)
            throw new ConfigurationException($"the cloud has no image of {osType} {version} for {arch}, and `images` under openstack names none, e.g. images: {{{osType}-{version}: 'name in the cloud, or https://…'}}", type.Mark);
        return (await UploadAsync(upload, system, progress, cancellationToken), system);
    }

    private async Task<string?> ByNameOrIdAsync(string name, CancellationToken cancellationToken) =>
        (await cloud.Images.FindByNameAsync(name, cancellationToken))?.Id ?? (Guid.TryParse(name, out _) ? (await cloud.Images.FindImageAsync(name, cancellationToken))?.Id : null);

    // Clouds call their images `Ubuntu 22.04`, `debian-12`, …
    private async Task<string?> BySystemAsync(string osType, string version, CancellationToken cancellationToken) =>
        (await cloud.Images.ImagesAsync(null, cancellationToken))
            .Where(i => i.Status == "active" && new[] { $"{osType} {version}", $"{osType}-{version}" }.Any(text => i.Name.Contains(text, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(i => i.Name.Length).ThenByDescending(i => i.CreatedAt).FirstOrDefault()?.Id;

    private async Task<string> UploadAsync(string name, GuestImage system, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        using var held = await FileLock.TakeAsync(Path.Combine(directory, "locks", name), () => progress?.Report($"waiting for another process that uploads {name}"), cancellationToken);
        if (await cloud.Images.FindByNameAsync(name, cancellationToken) is { } there)
            return there.Id;
        var file = await cache.GetAsync(system.Url, system.Checksum, progress, cancellationToken);
        var stamp = new RunStamp { Setup = options.Cluster, Run = name, Owner = Environment.UserName, Process = ControllerProcess.Current };
        var image = await cloud.Images.CreateImageAsync(new ImageOrder { Name = name, DiskFormat = system.Format, Properties = stamp.Metadata() }, cancellationToken);
        try
        {
            await using var data = File.OpenRead(file);
            await cloud.Images.UploadAsync(image.Id, data, progress is null ? null : new Percent(name, data.Length, progress), cancellationToken);
            return image.Id;
        }
        catch
        {
            await cloud.Images.DeleteImageAsync(image.Id, CancellationToken.None);
            throw;
        }
    }

    private sealed class Percent(string name, long all, IProgress<string> progress) : IProgress<long>
    {
        private long _told = -1;

        public void Report(long value)
        {
            var percent = all == 0 ? 100 : 100 * value / all;
            if (percent / 5 == Interlocked.Exchange(ref _told, percent / 5))
                return;
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"uploading {name}: {value / 1_000_000} of {all / 1_000_000} MB, {percent} %"));
        }
    }
}
