using System.Globalization;
using Teuthology.Yaml;

namespace Teuthology.Scheduling;

/// <summary>What beanstalkd answered.</summary>
/// <param name="Words">Its first line: <c>RESERVED 24 301</c>.</param>
/// <param name="Body">The data after it; empty for none.</param>
internal sealed record BeanstalkAnswer(string[] Words, string Body)
{
    public string Word => Words[0];

    public string Id => Words.Length > 1 ? Words[1] : "";

    /// <summary>The numbers and texts that <c>stats</c>, <c>stats-job</c> and <c>stats-tube</c> give.</summary>
    public IReadOnlyDictionary<string, string> Facts() => Body.Split('\n').Select(line => line.Split(": ", 2)).Where(pair => pair.Length == 2)
        .ToDictionary(pair => pair[0], pair => pair[1].Trim('"'), StringComparer.Ordinal);

    /// <summary>The list that <c>list-tubes</c> gives.</summary>
    public IReadOnlyList<string> Items() => [.. (YamlLoader.Load(Body, "beanstalkd") as YamlList ?? []).Select(item => Convert.ToString(item, CultureInfo.InvariantCulture)!)];
}
