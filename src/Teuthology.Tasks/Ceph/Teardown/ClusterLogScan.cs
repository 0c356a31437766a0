using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// Searches the cluster log for errors, warnings and security lines that the job did not expect; the first one, sought in the order
/// SEC, ERR, WRN, becomes the job's failure: <c>"line" in cluster log</c>.
/// </summary>
/// <param name="ignore">Extended regular expressions, unanchored; a line that matches one does not count.</param>
public sealed class ClusterLogScan(IReadOnlyList<string> ignore)
{
    private static readonly string[] Kinds = [@"\[SEC\]", @"\[ERR\]", @"\[WRN\]"];

    /// <summary>Shell that prints the line that fails the job, or nothing. egrep itself reads the patterns: they are written for it.</summary>
    /// <param name="log">Path of the cluster log.</param>
    public string Script(string log)
    {
        var file = ShellQuote.Quote(log);
        var keep = string.Concat(ignore.Where(i => i.Length > 0).Select(i => $" | grep -E -v -e {ShellQuote.Quote(i)}"));
        return $"test -r {file} || exit 0\n"
            + string.Join('\n', Kinds.Select(kind => $"line=$(grep -E -e '{kind}' {file}{keep} | head -n 1)\nif [ -n \"$line\" ]; then printf '%s\\n' \"$line\"; exit 0; fi"))
            + "\n";
    }

    /// <summary>Searches a stopped cluster's log on its first monitor's machine.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">There is such a line; or a pattern is none that egrep can read.</exception>
    public async Task CheckAsync(CephCluster cluster, CancellationToken cancellationToken)
    {
        var script = Script($"/var/log/ceph/{cluster.Name}.log");
        var result = await cluster.Layout.FirstMon.RunAsync(
            RemoteCommand.Args("sh", "-s") with { Sudo = true, Label = "cluster log scan", Stdin = System.Text.Encoding.UTF8.GetBytes(script) }, cancellationToken);
        if (result.Stderr.Contains("grep:", StringComparison.Ordinal))
            throw new ConfigurationException($"ceph: a pattern of 'log-ignorelist' is no extended regular expression: {result.Stderr.Trim()}");
        if (result.Stdout.TrimEnd('\n') is { Length: > 0 } line)
            throw new TeuthologyException(FailureKind.Product, $"\"{line}\" in cluster log");
    }
}
