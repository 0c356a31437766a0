using System.Globalization;

namespace Teuthology.Tasks;

/// <summary>What <c>rados bench</c> says at its end.</summary>
/// <param name="Throughput">Megabytes a second.</param>
/// <param name="ThroughputDeviation">How far seconds differ from it.</param>
/// <param name="Latency">Seconds of a write.</param>
/// <param name="LatencyDeviation">How far writes differ from it.</param>
internal sealed record RadosBenchSummary(double Throughput, double ThroughputDeviation, double Latency, double LatencyDeviation)
{
    /// <summary>Reads it.</summary>
    /// <param name="output">All that it wrote.</param>
    /// <exception cref="TeuthologyException">A figure is missing.</exception>
    public static RadosBenchSummary Read(string output)
    {
        var lines = output.Split('\n').Select(l => l.Split(':', 2)).Where(l => l.Length == 2).ToLookup(l => l[0].Split('(')[0].Trim(), l => l[1].Trim(), StringComparer.Ordinal);
        return new RadosBenchSummary(Figure("Bandwidth"), Figure("Stddev Bandwidth"), Figure("Average Latency"), Figure("Stddev Latency"));

        double Figure(string name) => double.TryParse(lines[name].LastOrDefault(), CultureInfo.InvariantCulture, out var figure)
            ? figure
            : throw new TeuthologyException(FailureKind.Product, $"rados bench does not tell '{name}'");
    }
}
