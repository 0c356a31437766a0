using System.Globalization;

namespace Teuthology.Bench;

/// <summary>A line of the table.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Ours">This project; null when it could not be measured.</param>
/// <param name="Theirs">Upstream; null when it was not measured.</param>
/// <param name="Why">Why something is missing.</param>
public sealed record SuiteRow(string Name, Measured? Ours, Measured? Theirs, string Why)
{
    /// <summary>What goes into a line of JSON.</summary>
    public object ForJson() => new
    {
        Name,
        Ours?.CpuSeconds,
        Ours?.PeakMegabytes,
        Ours?.WallSeconds,
        UpstreamCpuSeconds = Theirs?.CpuSeconds,
        UpstreamPeakMegabytes = Theirs?.PeakMegabytes,
        Ratio = Theirs is null || Ours is null ? null : (double?)(Theirs.CpuSeconds / Math.Max(0.001, Ours.CpuSeconds)),
        Missing = Why.Length == 0 ? null : Why,
    };

    /// <inheritdoc/>
    public override string ToString()
    {
        var ours = Ours is null ? new string(' ', 25) : string.Create(CultureInfo.InvariantCulture, $"{Ours.CpuSeconds,9:0.000}{Ours.PeakMegabytes,7:0}{Ours.WallSeconds,9:0.000}");
        var theirs = Theirs is null || Ours is null
            ? $"   {Why}"
            : string.Create(CultureInfo.InvariantCulture, $"{Theirs.CpuSeconds,17:0.00}{Theirs.PeakMegabytes,7:0}{Theirs.CpuSeconds / Math.Max(0.001, Ours.CpuSeconds),9:0}");
        return $"{Name,-56}{ours}{theirs}";
    }
}
