using System.Collections;
using Microsoft.CodeAnalysis.CSharp.Scripting.Hosting;
using Microsoft.CodeAnalysis.Scripting.Hosting;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Interactive;

/// <summary>How values are shown.</summary>
internal static class ValueText
{
    /// <summary>On one line as far as it goes, as a prompt shows what was typed.</summary>
    public static string Short(object value) => value switch
    {
        YamlMap or YamlList => Pretty(value),
        Remote or Cluster or Exception => value.ToString()!,
        RemoteDaemon daemon => $"{daemon.Role} on {daemon.Remote.Name}: {(daemon.Running ? "runs" : daemon.Died ? "died" : "stopped")}",
        RemoteDaemons daemons => string.Join('\n', daemons.All.Select(Short).DefaultIfEmpty("no daemons")),
        CommandResult ended => FormattableString.Invariant($"{(ended.Signal is null ? $"status {ended.ExitStatus}" : $"signal {ended.Signal}")} after {ended.Duration.TotalSeconds:0.0##} s"),
        not string and IEnumerable when value.GetType() is { IsVisible: false } && Line(value) is var line && line.IndexOf('{') is var open and >= 0 => line[open..],
        _ => Line(value),
    };

    /// <summary>In full, on as many lines as it takes: <c>pp</c>. YAML as YAML, a cluster by machines, other things with their members.</summary>
    public static string Pretty(object? value) => value switch
    {
        null => "null",
        string text => text.TrimEnd('\n'),
        YamlMap or YamlList => YamlDumper.Dump(value).TrimEnd('\n'),
        Cluster cluster => string.Join('\n', cluster.Hosts.Select(h => $"{h.Key.Name}: {string.Join(", ", h.Value)}").DefaultIfEmpty("no machines")),
        Remote or Exception => value.ToString()!,
        RemoteDaemon or RemoteDaemons => Short(value),
        IDictionary map => string.Join('\n', map.Keys.Cast<object>().Select(key => $"{key}: {Item(map[key])}").DefaultIfEmpty("{}")),
        IEnumerable items => string.Join('\n', items.Cast<object?>().Select(item => "- " + Item(item)).DefaultIfEmpty("[]")),
        _ => CSharpObjectFormatter.Instance.FormatObject(value, new PrintOptions { MemberDisplayFormat = MemberDisplayFormat.SeparateLines, MaximumOutputLength = 1 << 20 }).TrimEnd(),
    };

    private static string Line(object value) =>
        CSharpObjectFormatter.Instance.FormatObject(value, new PrintOptions { MemberDisplayFormat = MemberDisplayFormat.SingleLine, MaximumOutputLength = 4096 });

    private static string Item(object? value) => value switch
    {
        string text => text,
        null => "null",
        _ => Short(value),
    };
}
