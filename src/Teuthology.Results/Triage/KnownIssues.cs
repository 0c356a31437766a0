using System.Globalization;
using System.Text.RegularExpressions;
using Teuthology.Yaml;

namespace Teuthology.Results;

/// <summary>The failures that are known, out of a YAML file.</summary>
public sealed class KnownIssues
{
    private static readonly string[] Keys = ["name", "owner", "link", "until", "match"];
    private static readonly string[] Matches = ["reason", "description", "fingerprint"];
    private readonly DateOnly _today;

    private KnownIssues(IReadOnlyList<KnownIssue> all, DateOnly today) => (All, _today) = (all, today);

    /// <summary>Nothing is known.</summary>
    public static KnownIssues None { get; } = new([], default);

    /// <summary>All of the file, those that are over too, in its order.</summary>
    public IReadOnlyList<KnownIssue> All { get; }

    /// <summary>Those that are over: their failures count as new again.</summary>
    public IEnumerable<KnownIssue> Expired => All.Where(issue => issue.Until < _today);

    /// <summary>Reads the file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="time">Tells the day.</param>
    /// <exception cref="ConfigurationException">Something in it is wrong; the message tells where.</exception>
    public static KnownIssues Load(string path, TimeProvider time)
    {
        var root = YamlLoader.LoadFile(path);
        if (root is not null and not YamlMap)
            throw new ConfigurationException("this must be a mapping with the key 'issues'", new YamlMark(path, 1, 1));
        var map = root as YamlMap ?? [];
        Only(map, ["issues"], "the file");
        var issues = map.Get("issues") switch
        {
            null => [],
            YamlList list => list,
            _ => throw new ConfigurationException("'issues' must be a list", map.MarkOf("issues")),
        };
        return new KnownIssues([.. issues.Select((item, i) => Read(item as YamlMap, issues.MarkOf(i)))], DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
    }

    /// <summary>What is known today of a failure; null for nothing.</summary>
    /// <param name="fingerprint">Of the failure.</param>
    /// <param name="job">The job that failed.</param>
    public KnownIssue? Find(Fingerprint fingerprint, JobSummary job) =>
        All.FirstOrDefault(issue => issue.Until >= _today && issue.Matches(fingerprint, job));

    /// <summary>What was known of a failure, and is over; null for nothing, and while something is known.</summary>
    /// <param name="fingerprint">Of the failure.</param>
    /// <param name="job">The job that failed.</param>
    public KnownIssue? FindExpired(Fingerprint fingerprint, JobSummary job) =>
        Find(fingerprint, job) is not null ? null : Expired.Where(issue => issue.Matches(fingerprint, job)).MaxBy(issue => issue.Until);

    private static KnownIssue Read(YamlMap? map, YamlMark? mark)
    {
        if (map is null)
            throw new ConfigurationException("an issue must be a mapping with name, owner, until and match", mark);
        Only(map, Keys, "an issue");
        var match = map.Get("match") as YamlMap
            ?? throw new ConfigurationException("'match' must be a mapping with reason, description or fingerprint", map.MarkOf("match"));
        Only(match, Matches, "'match'");
        if (match.Count == 0)
            throw new ConfigurationException("an empty 'match' would forgive every failure: give reason, description or fingerprint", map.MarkOf("match"));
        return new KnownIssue
        {
            Name = Text(map, "name", required: true)!,
            Owner = Text(map, "owner", required: true)!,
            Link = Link(map),
            Until = Until(map),
            Reason = Pattern(match, "reason"),
            Description = Pattern(match, "description"),
            Fingerprint = Id(match),
            At = (map.Mark ?? mark)?.ToString() ?? "",
        };
    }

    private static void Only(YamlMap map, string[] known, string what)
    {
        foreach (var key in map.Keys.Where(key => key is not string text || !known.Contains(text)))
            throw new ConfigurationException($"{what} has no key '{key}'; it has {string.Join(", ", known)}", map.MarkOf(key));
    }

    private static string? Text(YamlMap map, string key, bool required = false) => map.Get(key) switch
    {
        string { Length: > 0 } text => text,
        long number => number.ToString(CultureInfo.InvariantCulture),
        null when !required => null,
        _ => throw new ConfigurationException($"'{key}' must be a text", map.MarkOf(key)),
    };

    private static string? Link(YamlMap map)
    {
        var link = Text(map, "link");
        return link is null || (Uri.TryCreate(link, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
            ? link
            : throw new ConfigurationException("'link' must begin with http:// or https://", map.MarkOf("link"));
    }

    private static DateOnly Until(YamlMap map) => map.Get("until") switch
    {
        DateOnly day => day,
        DateTime moment => DateOnly.FromDateTime(moment),
        DateTimeOffset moment => DateOnly.FromDateTime(moment.UtcDateTime),
        string text when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) => day,
        _ => throw new ConfigurationException("'until' must be the last day on which it is known, YYYY-MM-DD", map.MarkOf("until")),
    };

    private static Regex? Pattern(YamlMap match, string key)
    {
        if (Text(match, key) is not { } pattern)
            return null;
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            throw new ConfigurationException($"'{key}' is no regular expression that can be used: {wrong.Message}", match.MarkOf(key), wrong);
        }
    }

    private static string? Id(YamlMap match) => Text(match, "fingerprint") is not { } id
        ? null
        : id.Length == 12 && id.All(char.IsAsciiHexDigitLower)
            ? id
            : throw new ConfigurationException("'fingerprint' has 12 hexadecimal digits; in quotes, lest YAML takes it for a number", match.MarkOf("fingerprint"));
}
