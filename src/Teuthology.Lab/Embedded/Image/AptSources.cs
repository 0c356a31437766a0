using System.Text.RegularExpressions;

namespace Teuthology.Lab;

/// <summary>Where this host has its Debian packages from: the image is made from the same places.</summary>
/// <param name="aptDirectory"><c>/etc/apt</c>, but in tests.</param>
/// <param name="suite">Debian release, e.g. <c>bookworm</c>.</param>
internal sealed partial class AptSources(string aptDirectory, string suite)
{
    private static readonly string[] NotOurs = ["Acquire::IndexTargets", "Acquire::Languages", "Acquire::CompressionTypes", "Acquire::cdrom"];

    /// <summary>
    /// Files for a <c>sources.list.d</c>, by name: the release itself, its updates and its security updates, component main.
    /// Other people's repositories and backports are left out.
    /// </summary>
    public IReadOnlyDictionary<string, string> Read()
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Candidates().Where(File.Exists))
        {
            var kept = path.EndsWith(".sources", StringComparison.Ordinal) ? Stanzas(File.ReadAllText(path)) : Lines(File.ReadAllLines(path));
            if (kept.Length > 0)
                files[Path.GetFileName(path)] = kept;
        }

        return files;
    }

    /// <summary>Of <c>apt-config dump</c>, the lines that tell how to fetch (proxies, retries, certificates).</summary>
    public static string Fetching(string configuration) => string.Join('\n', configuration.Split('\n').Where(line =>
        line.StartsWith("Acquire::", StringComparison.Ordinal)
        && !line.EndsWith(" \"\";", StringComparison.Ordinal)
        && !NotOurs.Any(prefix => line.StartsWith(prefix, StringComparison.Ordinal)))) + "\n";

    private IEnumerable<string> Candidates()
    {
        var parts = Path.Combine(aptDirectory, "sources.list.d");
        var inParts = Directory.Exists(parts)
            ? Directory.GetFiles(parts).Where(f => f.EndsWith(".list", StringComparison.Ordinal) || f.EndsWith(".sources", StringComparison.Ordinal))
            : [];
        return inParts.Prepend(Path.Combine(aptDirectory, "sources.list"));
    }

    private string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(Line));

    private string Line(string line)
    {
        var match = OneLine().Match(line);
        var ours = match.Success && IsOurs(match.Groups["suite"].Value) && Words(match.Groups["components"].Value).Contains("main", StringComparer.Ordinal);
        return ours ? $"deb {match.Groups["options"].Value}{match.Groups["uri"].Value} {match.Groups["suite"].Value} main\n" : "";
    }

    // The format is deb822(5): stanzas between empty lines, continued lines start with a blank.
    private string Stanzas(string text) => string.Join("\n", BetweenStanzas().Split(text).Select(Stanza).Where(s => s.Length > 0));

    private string Stanza(string stanza)
    {
        var lines = stanza.Split('\n').Where(l => l.Length > 0 && l[0] != '#').ToList();
        string Field(string name) => lines.Find(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)) is { } line ? line[(name.Length + 1)..] : "";
        var suites = Words(Field("Suites")).Where(IsOurs).ToList();
        var binary = Words(Field("Types")).Contains("deb", StringComparer.Ordinal);
        if (suites.Count == 0 || !binary || Field("Enabled").Trim() == "no" || !Words(Field("Components")).Contains("main", StringComparer.Ordinal))
            return "";
        var kept = lines.Where(l => !Replaced().IsMatch(l));
        return string.Join('\n', ["Types: deb", $"Suites: {string.Join(' ', suites)}", "Components: main", .. kept]) + "\n";
    }

    private bool IsOurs(string name) => name.TrimEnd('/') is var s && (s == suite || s == $"{suite}-updates" || s == $"{suite}-security" || s == $"{suite}/updates");

    private static string[] Words(string text) => text.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"^\s*deb\s+(?<options>\[[^\]]*\]\s+)?(?<uri>\S+)\s+(?<suite>\S+)\s+(?<components>[^#]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OneLine();

    [GeneratedRegex(@"\n\s*\n", RegexOptions.None, 1000)]
    private static partial Regex BetweenStanzas();

    [GeneratedRegex("^(Types|Suites|Components|Enabled):", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Replaced();
}
