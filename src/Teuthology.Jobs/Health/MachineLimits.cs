using System.Globalization;
using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Jobs;

/// <summary>What a machine must have for a job to start on it: the key <c>machine_checks</c> of the job, over that of the site.</summary>
internal sealed record MachineLimits
{
    private const string Section = "machine_checks";

    /// <summary>Free bytes where the test directory will be.</summary>
    public long Disk { get; init; } = 512L << 20;

    /// <summary>Available bytes of memory.</summary>
    public long Memory { get; init; } = 128L << 20;

    /// <summary>How far its clock may be from the controller's.</summary>
    public TimeSpan Clock { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether processes and mounts of a former job are told.</summary>
    public bool Leftovers { get; init; } = true;

    /// <summary>The limits of a job; null when it wants no checks.</summary>
    /// <exception cref="ConfigurationException">A key makes no sense.</exception>
    public static MachineLimits? Read(YamlMap job, SiteConfig site)
    {
        MachineLimits? limits = new();
        foreach (var map in new[] { site.All, job })
            limits = Over(limits, map);
        return limits is not null && job.Get("use_existing_cluster") is true ? limits with { Leftovers = false } : limits;
    }

    private static MachineLimits? Over(MachineLimits? limits, YamlMap map)
    {
        switch (map.Get(Section))
        {
            case null:
                return limits;
            case false:
                return null;
            case true:
                return limits ?? new MachineLimits();
            case YamlMap section:
                return section.Keys.Aggregate(limits ?? new MachineLimits(), (sum, key) => sum.With(key, section));
            case var other:
                throw new ConfigurationException($"'{Section}' must be true, false or a mapping of disk, memory, clock and leftovers, not {YamlKind.Of(other)}", map.MarkOf(Section));
        }
    }

    private MachineLimits With(object key, YamlMap section) => (key, section.Get(key)) switch
    {
        ("disk", var value) when BytesOf(value) is { } bytes => this with { Disk = bytes },
        ("memory", var value) when BytesOf(value) is { } bytes => this with { Memory = bytes },
        ("clock", long seconds and > 0) => this with { Clock = TimeSpan.FromSeconds(seconds) },
        ("clock", double seconds and > 0) => this with { Clock = TimeSpan.FromSeconds(seconds) },
        ("leftovers", bool told) => this with { Leftovers = told },
        ("disk" or "memory", var value) => throw new ConfigurationException($"'{Section}.{key}' must be a size such as 2GiB, not {YamlKind.Of(value)}", section.MarkOf(key)),
        ("clock", var value) => throw new ConfigurationException($"'{Section}.clock' must be a number of seconds above 0, not {YamlKind.Of(value)}", section.MarkOf(key)),
        ("leftovers", var value) => throw new ConfigurationException($"'{Section}.leftovers' must be true or false, not {YamlKind.Of(value)}", section.MarkOf(key)),
        _ => throw new ConfigurationException($"'{Section}' has the unknown key '{key}'; it may have disk, memory, clock and leftovers", section.MarkOf(key)),
    };

    private static long? BytesOf(object? value) => value switch
    {
        0L => 0,
        long or string when ByteSize.TryParse(string.Create(CultureInfo.InvariantCulture, $"{value}"), out var size) => size.Bytes,
        _ => null,
    };
}
