using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Teuthology.Yaml;

namespace Teuthology.Lab;

/// <summary>The disk that virtual machines of one operating system start from.</summary>
internal sealed partial record GuestImage
{
    /// <summary>Operating system, e.g. <c>ubuntu</c>.</summary>
    public required string OsType { get; init; }

    /// <summary>Its version, e.g. <c>22.04</c>.</summary>
    public required string OsVersion { get; init; }

    /// <summary>Architecture as <c>uname -m</c> tells it; null for any.</summary>
    public string? Arch { get; init; }

    /// <summary>Where the disk is: <c>https://…</c>, <c>file:///…</c> or a path.</summary>
    public required string Url { get; init; }

    /// <summary>Its SHA-256 or SHA-512, in hexadecimal; null when the site trusts the source.</summary>
    public string? Checksum { get; init; }

    /// <summary><c>qcow2</c> or <c>raw</c>.</summary>
    public string Format { get; init; } = "qcow2";

    /// <summary>Kernel to boot directly, as <see cref="Url"/>; null boots by the disk's own boot loader.</summary>
    public string? Kernel { get; init; }

    /// <summary>Its initial RAM disk.</summary>
    public string? Initrd { get; init; }

    /// <summary>Its command line.</summary>
    public string? CommandLine { get; init; }

    /// <summary>What the image is called in messages.</summary>
    public string Name => $"{OsType}-{OsVersion}{(Arch is null ? "" : $"-{Arch}")}";

    /// <summary>Reads <c>images</c>: a mapping of <c>SYSTEM-VERSION</c> or <c>SYSTEM-VERSION-ARCH</c> to a URL or to keys.</summary>
    /// <exception cref="ConfigurationException">A key is wrong.</exception>
    public static IReadOnlyList<GuestImage> ReadAll(Section images) => [.. images.Map.Select(pair => Read(pair.Key, pair.Value, images))];

    /// <summary>A short text that changes when the disk does.</summary>
    public string Digest(FileInfo file) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        Checksum ?? $"{Url}\n{file.Length}\n{file.LastWriteTimeUtc.Ticks}")))[..12];

    private static GuestImage Read(object key, object? value, Section images)
    {
        if (key is not string name || ImageName().Match(name) is not { Success: true } parts)
            throw new ConfigurationException($"'{images.NameOf("")}' has an image '{key}'; its name is SYSTEM-VERSION or SYSTEM-VERSION-ARCH, e.g. ubuntu-22.04", images.Map.MarkOf(key));
        var keys = value is string url ? new Section(new YamlMap { ["url"] = url, Mark = images.Map.MarkOf(key) }, images.NameOf(name)) : images.Under(name);
        keys.RequireKnown("url", "sha256", "sha512", "format", "kernel", "initrd", "cmdline");
        return new GuestImage
        {
            OsType = parts.Groups["system"].Value,
            OsVersion = parts.Groups["version"].Value,
            Arch = parts.Groups["arch"] is { Success: true, Value: var arch } ? ArchOf(arch) : null,
            Url = keys.Required("url", "where the disk is, e.g. https://… or /srv/images/jammy.img"),
            Checksum = Sum(keys, "sha512", 128) ?? Sum(keys, "sha256", 64),
            Format = keys.OneOf("format", keys.Text("url")!.EndsWith(".raw", StringComparison.Ordinal) ? "raw" : "qcow2", "qcow2", "raw"),
            Kernel = keys.Text("kernel"),
            Initrd = keys.Text("initrd"),
            CommandLine = keys.Text("cmdline"),
        };
    }

    /// <summary>An architecture as <c>uname -m</c> tells it; downburst's images say <c>amd64</c>.</summary>
    public static string ArchOf(string arch) => arch switch { "amd64" => "x86_64", "arm64" => "aarch64", _ => arch };

    private static string? Sum(Section keys, string key, int length) => keys.Text(key) is not { } sum
        ? null
        : sum.Length == length && sum.All(char.IsAsciiHexDigit) ? sum.ToLowerInvariant() : throw keys.Wrong(key, $"{length} hexadecimal digits");

    [GeneratedRegex(@"\A(?<system>[a-z][a-z_]*)-(?<version>[0-9a-zA-Z][-0-9a-zA-Z.]*?)(-(?<arch>x86_64|amd64|aarch64|arm64|i386|ppc64le|s390x))?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ImageName();
}
