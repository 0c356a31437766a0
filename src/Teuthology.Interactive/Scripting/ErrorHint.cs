using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Teuthology.Jobs;
using Teuthology.Orchestra;
using Teuthology.Yaml;

namespace Teuthology.Interactive;

/// <summary>What somebody who knows the prompt of upstream's Python, or a shell, may have meant.</summary>
internal static partial class ErrorHint
{
    private static readonly Type[] Known = [typeof(PromptGlobals), .. new[] { typeof(JobContext), typeof(Cluster), typeof(YamlMap) }.SelectMany(type => type.Assembly.GetExportedTypes())];

    /// <summary>The end of the error's line; empty when there is no guess.</summary>
    public static string Of(Diagnostic error) => error.Id switch
    {
        "CS1061" or "CS0117" when Member().Match(error.GetMessage()) is { Success: true } member => Meant(member.Groups["type"].Value, member.Groups["name"].Value),
        "CS0103" when Name().Match(error.GetMessage()) is { Success: true } name => Meant(nameof(PromptGlobals), name.Groups["name"].Value),
        "CS1012" => "; texts stand in double quotes",
        "CS1002" or "CS1003" when Bare().Match(error.Location.SourceTree?.ToString() ?? "") is { Success: true } command =>
            $"; write {command.Groups["verb"].Value}(\"role\", \"command\")",
        _ => "",
    };

    private static string Meant(string type, string name)
    {
        var members = Known.FirstOrDefault(known => known.Name == type)?.GetMembers(BindingFlags.Public | BindingFlags.Instance).Where(m => m.MemberType is MemberTypes.Property or MemberTypes.Method && !m.Name.Contains('_')).Select(m => m.Name).Distinct().ToList() ?? [];
        var near = members.Find(member => member.Equals(name.Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)) ?? NearMiss.Of(name, members);
        return near is null ? "" : $"; did you mean '{near}'?";
    }

    [GeneratedRegex(@"^'(?<type>\w+)' does not contain a definition for '(?<name>\w+)'", RegexOptions.ExplicitCapture)]
    private static partial Regex Member();

    [GeneratedRegex("^The name '(?<name>\\w+)'", RegexOptions.ExplicitCapture)]
    private static partial Regex Name();

    [GeneratedRegex(@"^\s*(?<verb>sh|run) [^(=]", RegexOptions.ExplicitCapture)]
    private static partial Regex Bare();
}
