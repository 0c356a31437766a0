using System.Text.Json;
using System.Text.RegularExpressions;

namespace Teuthology.Orchestra;

/// <summary>Ceph's programs on a host as upstream's <c>misc</c> calls them, each under <c>adjust-ulimits ceph-coverage</c>.</summary>
public static partial class CephCommands
{
    /// <summary>Makes a monmap of a ceph.conf's monitors by monmaptool; upstream's <c>create_simple_monmap</c>.</summary>
    /// <param name="remote">The host.</param>
    /// <param name="conf">Sections by name; those named <c>mon.…</c> have <c>mon addr</c>.</param>
    /// <param name="path">Where; null is <c>TESTDIR/monmap</c>.</param>
    /// <param name="testDirectory">The job's directory on the host.</param>
    /// <param name="vectors">Whether addresses are vectors (<c>--addv</c>).</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The FSID that was made for it.</returns>
    /// <exception cref="ConfigurationException"><c>There are no monitors in config!</c></exception>
    /// <exception cref="CommandFailedException">It cannot be made.</exception>
    /// <exception cref="TeuthologyException">monmaptool does not tell the FSID.</exception>
    public static async Task<string> CreateMonmapAsync(
        this Remote remote, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> conf, string? path, string testDirectory, bool vectors, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(conf);
        var words = new List<string> { "monmaptool", "--create", "--clobber" };
        foreach (var (section, keys) in conf.Where(pair => pair.Key.StartsWith("mon.", StringComparison.Ordinal)))
            words.AddRange([vectors ? "--addv" : "--add", section["mon.".Length..], keys["mon addr"]]);
        if (words.Count == 3)
            throw new ConfigurationException("There are no monitors in config!");
        words.AddRange(["--print", path ?? $"{testDirectory}/monmap"]);
        var output = await remote.ShAsync(Covered(testDirectory, words), ct);
        return GeneratedFsid().Match(output) is { Success: true } found
            ? found.Groups[1].Value
            : throw new TeuthologyException(FailureKind.Product, $"monmaptool on {remote.ShortName} does not tell the FSID it generated: {output.Trim()}");
    }

    /// <summary>Waits until <c>ceph health</c> says HEALTH_OK; upstream's <c>wait_until_healthy</c>, 150 looks six seconds apart.</summary>
    /// <param name="remote">A host that may ask.</param>
    /// <param name="cluster">Name of the Ceph cluster.</param>
    /// <param name="testDirectory">The job's directory on the host.</param>
    /// <param name="sudo">Ask as root.</param>
    /// <param name="poll">How often and how long; null is upstream's.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="PollExhaustedException"><c>'wait_until_healthy' reached maximum tries (150) after waiting for 900 seconds</c>.</exception>
    /// <exception cref="CommandFailedException">ceph fails.</exception>
    public static Task UntilHealthyAsync(this Remote remote, string cluster, string testDirectory, bool sudo, Poll? poll, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        string[] ceph = ["ceph", "--cluster", cluster, "health"];
        return ((poll ?? new Poll { Tries = 150, Time = remote.Options.Time }) with { Action = "wait_until_healthy" }).UntilAsync(
            async token =>
            {
                var health = await remote.ShAsync(Covered(testDirectory, sudo ? ["sudo", .. ceph] : ceph), token);
                RemoteLog.Detail(remote.Log, $"Ceph health: {health.TrimEnd('\n')}");
                return health.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries) is ["HEALTH_OK", ..];
            },
            ct);
    }

    /// <summary>Waits until as many OSDs are up as the cluster has roles of them; upstream's <c>wait_until_osds_up</c>, 90 looks six seconds apart.</summary>
    /// <param name="remote">A host that may ask.</param>
    /// <param name="cluster">The hosts with their roles.</param>
    /// <param name="daemons">Daemons of which none may have failed; null looks at none.</param>
    /// <param name="ceph">Name of the Ceph cluster.</param>
    /// <param name="testDirectory">The job's directory on the host.</param>
    /// <param name="poll">How often and how long; null is upstream's.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="PollExhaustedException"><c>reached maximum tries (90) after waiting for 540 seconds</c>.</exception>
    /// <exception cref="CommandFailedException">ceph fails, or an OSD has ended with an error.</exception>
    public static Task UntilOsdsUpAsync(this Remote remote, Cluster cluster, RemoteDaemons? daemons, string ceph, string testDirectory, Poll? poll, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(remote);
        var wanted = cluster.CountOfType("osd", ceph);
        return (poll ?? new Poll { Tries = 90, Time = remote.Options.Time }).UntilAsync(
            async token =>
            {
                foreach (var daemon in daemons?.OfType("osd", ceph) ?? [])
                    await daemon.CheckStatusAsync(token);
                var dump = await remote.ShAsync(Covered(testDirectory, ["ceph", "--cluster", ceph, "osd", "dump", "--format=json"]), token);
                var up = CountUp(dump);
                RemoteLog.Detail(remote.Log, $"{up} of {wanted} OSDs are up");
                return up == wanted;
            },
            ct);
    }

    /// <summary>How many OSDs are up; what comes in front of the JSON, such as a line of ceph's own, is passed over.</summary>
    internal static int CountUp(string dump)
    {
        var start = dump.IndexOf('{');
        if (start < 0)
            throw new TeuthologyException(FailureKind.Product, $"`ceph osd dump` gives no JSON: {dump.Trim()}");
        using var json = JsonDocument.Parse(dump.AsMemory(start));
        return json.RootElement.GetProperty("osds").EnumerateArray().Count(osd => osd.GetProperty("state").EnumerateArray().Any(state => state.GetString() == "up"));
    }

    private static RemoteCommand Covered(string testDirectory, IEnumerable<string> words) =>
        RemoteCommand.Args(["adjust-ulimits", "ceph-coverage", $"{testDirectory}/archive/coverage", .. words]);

    [GeneratedRegex("generated fsid (.+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GeneratedFsid();
}
