using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Teuthology.Tasks;

/// <summary>What runs of <c>dotnet test</c> told in their .trx files.</summary>
/// <param name="Outcomes">How many tests by outcome, in lower case: passed, failed, skipped.</param>
/// <param name="Failures">Names of the tests that failed.</param>
public sealed record SelfTestReport(IReadOnlyDictionary<string, int> Outcomes, IReadOnlyList<string> Failures)
{
    /// <summary>As upstream's log shows it.</summary>
    public string Stats => "{" + string.Join(", ", Outcomes.Select(o => $"'{o.Key}': {o.Value.ToString(CultureInfo.InvariantCulture)}")) + "}";

    /// <summary>Reads all of a directory.</summary>
    /// <param name="directory">Where .trx files are, at any depth.</param>
    /// <exception cref="TeuthologyException">One is no such file.</exception>
    public static SelfTestReport Read(string directory)
    {
        var results = Directory.GetFiles(directory, "*.trx", SearchOption.AllDirectories).SelectMany(Results).ToList();
        return new SelfTestReport(
            results.GroupBy(r => r.Outcome, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal),
            [.. results.Where(r => r.Outcome == "failed").Select(r => r.Name)]);
    }

    private static IEnumerable<(string Name, string Outcome)> Results(string file)
    {
        try
        {
            return [.. XDocument.Load(file).Descendants().Where(e => e.Name.LocalName == "UnitTestResult").Select(e => ((string?)e.Attribute("testName") ?? "", (string?)e.Attribute("outcome") switch
            {
                "Passed" => "passed",
                "NotExecuted" => "skipped",
                _ => "failed",
            }))];
        }
        catch (XmlException e)
        {
            throw new TeuthologyException(FailureKind.Infrastructure, $"dotnet test left a report that cannot be read, {file}: {e.Message}", e);
        }
    }
}
