using System.Xml.Linq;
using Teuthology.Yaml;

namespace Teuthology.Orchestra;

/// <summary>Reads JUnit XML as gtest, nose and pytest write it; upstream's <c>UnitTestScanner</c>.</summary>
/// <param name="remote">Where the reports are.</param>
public sealed class UnitTestScanner(Remote remote) : ReportScanner(remote)
{
    private const int LongestReason = 200;

    /// <summary>Test cases that failed, over all reports read so far.</summary>
    public long Failures => Summary.OfType<YamlMap>().Sum(facts => (long)facts["num_of_failures"]!);

    /// <summary>Reads all reports and adds their facts to a YAML file here.</summary>
    /// <param name="pattern">For the shell.</param>
    /// <param name="yamlPath">The file, or null.</param>
    /// <param name="sudo">Read as root.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns><c>(total N failed) FAILURE: Test `t` of `suite`. Reason: ….</c>, of the first that failed; null when none did.</returns>
    /// <exception cref="IOException">The YAML file cannot be written.</exception>
    public async Task<string?> ScanAndWriteAsync(string pattern, string? yamlPath, bool sudo, CancellationToken ct)
    {
        var texts = await ScanAsync(pattern, sudo, ct);
        await WriteSummaryAsync(yamlPath, ct);
        return texts.Count > 0 ? $"(total {Failures} failed) {texts[0]}" : null;
    }

    /// <inheritdoc/>
    protected override (string Text, YamlMap Facts)? Parse(XElement root)
    {
        ArgumentNullException.ThrowIfNull(root);
        var failed = root.DescendantsAndSelf().Where(element => element.Elements().Any(IsFault)).ToList();
        if (failed.Count == 0)
            return null;
        string? first = null;
        var suites = new YamlMap();
        foreach (var testcase in failed)
        {
            var (name, suite) = (testcase.Attribute("name")?.Value ?? "test-name", testcase.Attribute("classname")?.Value ?? "suite-name");
            if (suites.Get(suite) is not YamlList faults)
                suites[suite] = faults = [];
            foreach (var fault in testcase.Elements().Where(IsFault))
            {
                var (kind, reason) = (fault.Name.LocalName, fault.Attribute("message")?.Value ?? "No message found in xml output, check logs.");
                faults.Add(new YamlMap { ["kind"] = kind, ["testcase"] = name, ["message"] = reason });
                first ??= $"{kind.ToUpperInvariant()}: Test `{name}` of `{suite}`. Reason: {Short(reason)}.";
            }
        }

        return (first!, new YamlMap { ["failed_testsuites"] = suites, ["num_of_failures"] = (long)failed.Count });
    }

    private static bool IsFault(XElement element) => element.Name.LocalName is "failure" or "error";

    /// <summary>Python counts characters, not UTF-16's halves of them.</summary>
    private static string Short(string reason)
    {
        var runes = reason.EnumerateRunes().Take(LongestReason + 1).ToList();
        return runes.Count > LongestReason ? string.Concat(runes.Take(LongestReason)).Trim() + "..." : reason.Trim();
    }
}
