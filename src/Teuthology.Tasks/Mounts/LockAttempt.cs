using System.Globalization;
using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>One entry of <c>lockfile</c>: an attempt to lock, or a pause.</summary>
/// <param name="Pause">Only wait this long; null for an attempt.</param>
/// <param name="Client">Role that locks.</param>
/// <param name="File">File below the client's mount.</param>
/// <param name="Hold">How long the lock is held.</param>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Number of bytes.</param>
/// <param name="MaxWait">Most time that getting and holding may take; null for no limit.</param>
/// <param name="ExpectFail">It must not be done within <paramref name="MaxWait"/>.</param>
public sealed record LockAttempt(TimeSpan? Pause, string Client, string File, double Hold, long Offset, long Length, TimeSpan? MaxWait, bool ExpectFail)
{
    private static readonly string[] Keys = ["client", "lockfile", "holdtime", "offset", "length", "maxwait", "expectfail"];

    /// <summary>Reads the list of a <c>lockfile</c> task.</summary>
    /// <param name="run">The task.</param>
    /// <exception cref="ConfigurationException">An entry is neither a number of seconds nor a mapping that names client, lockfile and holdtime.</exception>
    public static IReadOnlyList<LockAttempt> Read(TaskRun run)
    {
        var list = run.List();
        if (list.Count == 0)
            throw run.Wrong("it needs a list of {client, lockfile, holdtime, …} and of seconds to wait");
        return [.. list.Select((item, i) => item switch
        {
            YamlMap map => One(run, map, $"[{i}]"),
            long or double => new LockAttempt(TimeSpan.FromSeconds(Convert.ToDouble(item, CultureInfo.InvariantCulture)), "", "", 0, 0, 1, null, false),
            _ => throw new ConfigurationException($"task '{run.Name}': '[{i}]' must be a mapping or a number of seconds", list.MarkOf(i) ?? run.Mark),
        })];
    }

    private static LockAttempt One(TaskRun run, YamlMap map, string path)
    {
        foreach (var key in map.Keys)
        {
            if (!Keys.Contains(key))
                throw Wrong(key, $"unknown key '{path}.{key}'{NearMiss.Hint(key.ToString()!, Keys)}");
        }

        var client = Text("client");
        var file = Text("lockfile");
        if (file.StartsWith('/') || file.Split('/').Contains(".."))
            throw Wrong("lockfile", $"'{path}.lockfile' must be a path below the client's mount");
        var wait = map.Get("maxwait") is null ? null : (TimeSpan?)TimeSpan.FromSeconds(Number("maxwait", 0));
        var fails = map.Get("expectfail") switch { null => false, bool flag => flag, _ => throw Wrong("expectfail", $"'{path}.expectfail' must be true or false") };
        return new LockAttempt(null, client, file, Number("holdtime", null), (long)Number("offset", 0), (long)Number("length", 1), wait, fails);

        string Text(string key) => map.Get(key) as string ?? throw Wrong(key, $"'{path}.{key}' is missing; it must be a text");

        double Number(string key, double? fallback) => map.Get(key) switch
        {
            null when fallback is { } value => value,
            long or double => Convert.ToDouble(map.Get(key), CultureInfo.InvariantCulture) is >= 0 and var number ? number : throw Wrong(key, $"'{path}.{key}' must not be negative"),
            _ => throw Wrong(key, $"'{path}.{key}' must be a number"),
        };

        ConfigurationException Wrong(object key, string message) => new($"task '{run.Name}': {message}", map.MarkOf(key) ?? run.Mark);
    }
}
