using Teuthology.Yaml;

namespace Teuthology.Lab;

/// <summary>Which image of a cloud has an operating system: one that the cloud has under a name, or a disk that is uploaded when it is first asked for.</summary>
/// <param name="System">The system, and where its disk is when the cloud does not have it.</param>
/// <param name="CloudName">The cloud's name or id of it; null when it is uploaded.</param>
internal sealed record CloudImage(GuestImage System, string? CloudName)
{
    /// <summary>Name under which a disk is uploaded, as upstream's.</summary>
    /// <param name="arch">Architecture.</param>
    public string UploadName(string arch) => $"teuthology-{System.OsType}-{System.OsVersion}-{System.Arch ?? arch}";

    /// <summary>Reads <c>images</c>: a mapping of <c>SYSTEM-VERSION[-ARCH]</c> to the cloud's name of the image, to a URL, or to <c>{url, sha256, format}</c> or <c>{name}</c>.</summary>
    /// <exception cref="ConfigurationException">A key is wrong.</exception>
    public static IReadOnlyList<CloudImage> ReadAll(Section images) => [.. images.Map.Select(pair => Read(pair.Key, pair.Value, images))];

    private static CloudImage Read(object key, object? value, Section images)
    {
        var named = value switch
        {
            string text when !text.Contains('/', StringComparison.Ordinal) => text,
            YamlMap map when map.Get("name") is string name => name,
            _ => null,
        };
        var mark = images.Map.MarkOf(key);
        var disk = named is null ? value : "/";
        var one = new YamlMap { [key] = disk, Mark = mark };
        return new CloudImage(GuestImage.ReadAll(new Section(one, "openstack.images"))[0], named);
    }
}
