using System.Text.RegularExpressions;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>Finds the lines that tell why a playbook failed, by upstream's rules, so that the same trouble on other hosts or days reads the same.</summary>
public static partial class AnsibleFailures
{
    /// <summary>The lines, each once, in order.</summary>
    /// <param name="log">A failure log: a mapping of hosts to results, YAML or JSON.</param>
    /// <exception cref="ConfigurationException">It is no YAML.</exception>
    public static IReadOnlyList<string> Analyze(string log) => YamlLoader.Load(log, "ansible_failures.yaml") is YamlMap hosts
        ? [.. hosts.Values.OfType<YamlMap>().SelectMany(OfHost).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]
        : [];

    private static IEnumerable<string> OfHost(YamlMap record) =>
        (record.TryGetList("results", out var results) ? results.OfType<YamlMap>() : [record]).SelectMany(OfResult);

    private static IEnumerable<string> OfResult(YamlMap result)
    {
        // CPAN says very much about every failure; the command is what helps.
        var command = result.Get("cmd") is YamlList words ? string.Join(' ', words) : result.Get("cmd") as string ?? "";
        if (command.Contains("cpan", StringComparison.Ordinal))
            return [$"CPAN command failed: {command}"];
        var lines = result.TryGetList("stderr_lines", out var stderr) ? stderr.OfType<string>() : (result.Get("msg") as string ?? "").Split('\n');
        return lines.Concat((result.Get("err") as string ?? "").Split('\n')).Select(l => Line(l.Trim())).Where(l => l.Length > 0);
    }

    private static string Line(string line)
    {
        if (Dropped().IsMatch(line))
            return "";
        if (Common().Match(line) is { Success: true } common)
            line = common.Value;
        return Address().Replace(Package().Replace(line, "<package>"), "");
    }

    [GeneratedRegex(@"^W: |\?$|Warning: Permanently added .+ to the list of known hosts\.|^@+$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Dropped();

    [GeneratedRegex(@"connection timed out|(unable to|could not) connect to [^ ]+|temporary failure resolving [^ ]+|Permissions \d+ for '.+' are too open.", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Common();

    [GeneratedRegex(@"https?://.*\.(deb|rpm)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Package();

    [GeneratedRegex(@"\[IP: \d+\.\d+\.\d+\.\d+( \d+)?\]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Address();
}
