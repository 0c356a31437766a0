using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Teuthology.Yaml;

namespace Teuthology;

/// <summary>Reads keys of a site's configuration; a value of the wrong kind is told with its place.</summary>
internal sealed class SiteReader(YamlMap map, string home)
{
    /// <summary>A leading <c>~/</c> stands for the home directory.</summary>
    [return: NotNullIfNotNull(nameof(path))]
    public static string? Expand(string? path, string home) => path is ['~', '/', .. var rest] ? System.IO.Path.Combine(home, rest) : path;

    /// <summary>A text; numbers and booleans are written out, and an empty text is none.</summary>
    public string? Text(string key) => map.Get(key) switch
    {
        null or "" => null,
        YamlMap or YamlList => throw Wrong(key, "a text"),
        bool flag => flag ? "true" : "false",
        var scalar => Convert.ToString(scalar, CultureInfo.InvariantCulture),
    };

    public string? Path(string key) => Expand(Text(key), home);

    /// <summary>A path or a list of paths.</summary>
    public IReadOnlyList<string> Paths(string key, string directory) => map.Get(key) switch
    {
        null => [],
        string path => [System.IO.Path.GetFullPath(Expand(path, home), directory)],
        YamlList list when list.All(item => item is string) => [.. list.Select(item => System.IO.Path.GetFullPath(Expand((string)item!, home), directory))],
        _ => throw Wrong(key, "a path or a list of paths"),
    };

    public bool? Flag(string key) => map.Get(key) switch
    {
        null => null,
        bool flag => flag,
        _ => throw Wrong(key, "true or false"),
    };

    public TimeSpan? Seconds(string key) => map.Get(key) switch
    {
        null => null,
        long seconds and >= 0 and < int.MaxValue => TimeSpan.FromSeconds(seconds),
        double seconds and >= 0 and < int.MaxValue => TimeSpan.FromSeconds(seconds),
        _ => throw Wrong(key, "a number of seconds"),
    };

    /// <summary>A whole number, 0 or more.</summary>
    public long? Number(string key) => map.Get(key) switch
    {
        null => null,
        long number and >= 0 => number,
        _ => throw Wrong(key, "a whole number, 0 or more"),
    };

    private ConfigurationException Wrong(string key, string what) => new($"'{key}' must be {what}", map.MarkOf(key));
}
