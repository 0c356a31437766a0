using System.Text.RegularExpressions;

namespace Teuthology.Results;

/// <summary>
/// Failure reasons without what differs each time: times, addresses, hashes, paths of one run, names of machines, numbers. Two reasons that read the
/// same afterwards are taken for the same failure. Exit statuses and signals stay: they tell failures apart.
/// </summary>
public static partial class FailureText
{
    /// <summary>Characters of a reason that count; what comes behind is mostly output.</summary>
    public const int Longest = 2000;

    /// <summary>The reason without what differs each time.</summary>
    /// <param name="reason">Text of the failure, any length, any lines.</param>
    public static string Normalize(string reason)
    {
        var text = reason.Length > Longest ? reason[..Longest] : reason;
        return Spaces().Replace(Varying().Replace(text, Name), " ").Trim();
    }

    private static string Name(Match match) => match switch
    {
        _ when match.Groups["keep"].Success => match.Value,
        _ when match.Groups["time"].Success => "<time>",
        _ when match.Groups["uuid"].Success => "<uuid>",
        _ when match.Groups["url"].Success => "<url>",
        _ when match.Groups["ip"].Success => "<address>",
        _ when match.Groups["host"].Success => match.Groups["lead"].Value + "<host>",
        _ when match.Groups["path"].Success => "<path>",
        _ when match.Groups["role"].Success => match.Groups["type"].Value + ".*",
        _ when match.Groups["hash"].Success => "<hash>",
        _ => "#",
    };

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Spaces();

    // The first alternative that fits at a place wins.
    [GeneratedRegex(
        @"(?<keep>\b(?:status|signal|code|errno|HTTP)[ :=]*-?\d{1,3}\b)
        | (?<time>\b\d{4}-\d\d-\d\d(?:[T_ ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?)
        | (?<uuid>\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b)
        | (?<url>\bhttps?://[^\s'""<>]+)
        | (?<ip>\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?:/\d+)?\b | \[[0-9a-fA-F:]+:[0-9a-fA-F:]*\](?::\d+)?)
        | (?<host>(?<lead>\b(?:on|from|host|machine|node)\s+)(?:[\w-]+@)?(?:[a-zA-Z][\w-]*\d[\w-]*(?:\.[\w-]+)*|[\w-]+(?:\.[\w-]+){2,})(?=[\s:,;')]|$))
        | (?<path>(?<![\w.])/(?:tmp|var/tmp|home/[\w.-]+/(?:cephtest|src)|srv|root|run|proc/\d)(?:/[^\s'"":;,)]*)?)
        | (?<role>\b(?<type>osd|mon|mgr|mds|client|rgw|node|host|ceph\.[a-z]+)\.(?:\d+|[a-z])\b)
        | (?<hash>\b(?:0x[0-9a-fA-F]+|(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,64})\b)
        | \d+(?:\.\d+)?",
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Varying();
}
