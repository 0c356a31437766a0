using System.Text.Json.Nodes;
using Teuthology.Tasks;

namespace Teuthology.Cli;

/// <summary>Tells what was found on a machine.</summary>
internal static class NukeTelling
{
    private const int MostOfAKind = 8;

    public static string Text(NukeReport report, bool dry)
    {
        var lines = new List<string>
        {
            report switch
            {
                { Found.Count: 0, IsPristine: true } => $"{report.Host}: nothing was on it{Restart(report)}",
                { IsPristine: true } => $"{report.Host}: {(dry ? "has" : "is pristine again; it had")} {Count(report.Found)}{Restart(report)}",
                _ => $"{report.Host}: is not pristine{Restart(report)}",
            },
        };
        foreach (var kind in report.Found.GroupBy(f => f.Kind, StringComparer.Ordinal))
            lines.Add($"  {kind.Key}: {string.Join(", ", kind.Take(MostOfAKind).Select(f => f.What))}{(kind.Count() > MostOfAKind ? $" and {kind.Count() - MostOfAKind} more" : "")}");
        lines.AddRange(report.Failures.Select(failure => $"  failed: {failure}"));
        lines.AddRange(report.Left.Select(left => $"  still there: {left.Kind} {left.What}"));
        return string.Join('\n', lines);
    }

    public static JsonObject Json(NukeReport report) => new()
    {
        ["host"] = report.Host,
        ["pristine"] = report.IsPristine,
        ["rebooted"] = report.Rebooted,
        ["found"] = Array(report.Found),
        ["left"] = Array(report.Left),
        ["failures"] = new JsonArray([.. report.Failures.Select(failure => JsonValue.Create(failure))]),
    };

    private static string Restart(NukeReport report) => report.Rebooted ? "; restarted" : "";

    private static string Count(IReadOnlyList<(string Kind, string What)> found) =>
        string.Join(", ", found.GroupBy(f => f.Kind, StringComparer.Ordinal).Select(kind => $"{kind.Count()} {Plural(kind.Key, kind.Count())}"));

    private static string Plural(string kind, int count) => count == 1 ? kind : kind switch
    {
        "process" => "processes",
        "firewall" => "firewall rules",
        "sysctl" => "settings",
        _ => kind + "s",
    };

    private static JsonArray Array(IEnumerable<(string Kind, string What)> found) => new([.. found.Select(f => new JsonObject { ["kind"] = f.Kind, ["what"] = f.What })]);
}
