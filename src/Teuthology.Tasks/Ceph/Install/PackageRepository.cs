using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>A source of packages that a job brings along: an entry of <c>repos</c>.</summary>
/// <param name="Name">Name of its file on machines.</param>
/// <param name="Url">Its address; on machines with debs a suite and components may follow (<c>http://host/debian bookworm main</c>), else it is a flat one.</param>
/// <param name="Priority">As yum has it, 1 is the highest; null leaves it to the package tools.</param>
public sealed record PackageRepository(string Name, string Url, long? Priority)
{
    /// <summary>Reads <c>repos</c>, a list of <c>{name, url, priority}</c>.</summary>
    /// <param name="config">The mapping that has it, or has not.</param>
    /// <param name="mark">Where the task stands.</param>
    /// <exception cref="ConfigurationException">It is no such list.</exception>
    public static IReadOnlyList<PackageRepository> ReadAll(YamlMap config, YamlMark? mark)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Get("repos") switch
        {
            null or false => [],
            YamlList list => [.. list.Select(Read)],
            _ => throw Wrong(config.MarkOf("repos"), "it must be a list"),
        };

        PackageRepository Read(object? entry)
        {
            if (entry is not YamlMap map)
                throw Wrong(config.MarkOf("repos"), "each must be a mapping with the keys name, url and, if need be, priority");
            if (map.Get("name") is not string { Length: > 0 } name || name.Any(c => !char.IsAsciiLetterOrDigit(c) && !"-_.".Contains(c, StringComparison.Ordinal)))
                throw Wrong(map.MarkOf("name") ?? map.Mark, "'name' must be of letters, digits, '-', '_' and '.'");
            if (map.Get("url") is not string { Length: > 0 } url)
                throw Wrong(map.MarkOf("url") ?? map.Mark, "'url' is missing");
            if (map.Get("priority") is not (null or long))
                throw Wrong(map.MarkOf("priority"), "'priority' must be a number");
            return new PackageRepository(name, url, map.Get("priority") as long?);
        }

        ConfigurationException Wrong(YamlMark? place, string message) => new($"task 'install': 'repos': {message}", place ?? config.MarkOf("repos") ?? mark);
    }

    /// <summary>For /etc/yum.repos.d.</summary>
    public string YumText() => $"[{Name}]\nname={Name}\nbaseurl={Url}\nenabled=1\ngpgcheck=0\n{(Priority is { } p ? $"priority={p}\n" : "")}";

    /// <summary>For /etc/apt/sources.list.d.</summary>
    public string AptText() => $"deb [trusted=yes] {(Url.Contains(' ', StringComparison.Ordinal) ? Url : Url + " ./")}\n";

    /// <summary>For /etc/apt/preferences.d; null without a priority. Yum's 1 becomes apt's 999: apt takes the highest.</summary>
    public string? AptPreferences() => Priority is { } p && Uri.TryCreate(Url.Split(' ')[0], UriKind.Absolute, out var url)
        ? $"Package: *\nPin: origin \"{url.Host}\"\nPin-Priority: {Math.Clamp(1000 - p, 1, 999)}\n"
        : null;
}
