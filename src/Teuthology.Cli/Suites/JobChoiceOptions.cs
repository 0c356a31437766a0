using System.CommandLine;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Teuthology.Suites;

namespace Teuthology.Cli;

/// <summary>The options of <c>describe</c> that choose jobs, by upstream's names and letters.</summary>
internal sealed class JobChoiceOptions
{
    private readonly Option<string?> _subset = new("--subset") { HelpName = "i/N", Description = "Piece i of N equal pieces, i from 0; each piece has every fragment in it. Or pairwise: few jobs that have every pair of fragments; pairwise:3: every three" };
    private readonly Option<string> _seed = new("--seed", "-S") { HelpName = "S", Description = "Seed of the random choices; less than 0 for a random one", DefaultValueFactory = _ => "-1" };
    private readonly Option<bool> _noNested = new("--no-nested-subset") { Description = "Take all of the facets whose % has a number in it" };
    private readonly Option<string[]> _filter = SuiteOptionSet.Keywords("--filter", "Only jobs whose description has one of these words in it");
    private readonly Option<string[]> _filterOut = SuiteOptionSet.Keywords("--filter-out", "No jobs whose description has one of these words in it");
    private readonly Option<string[]> _filterAll = SuiteOptionSet.Keywords("--filter-all", "Only jobs whose description has all of these words in it");
    private readonly Option<bool> _fragments = new("--filter-fragments", "-F") { Description = "Look for the words in the paths of fragments too" };
    private readonly Option<long> _limit = new("--limit", "-l") { HelpName = "N", Description = "At most N jobs, 0 for all of them" };

    public JobChoiceOptions(Command verb)
    {
        foreach (var option in new Option[] { _filter, _filterOut, _filterAll, _fragments, _limit, _subset, _seed, _noNested })
            verb.Add(option);
    }

    /// <summary>At most so many jobs.</summary>
    public long Limit(ParseResult line) => line.GetValue(_limit);

    /// <summary>Keywords.</summary>
    public SuiteFilter Filter(ParseResult line) => new()
    {
        Filter = SuiteOptionSet.Words(line, _filter),
        FilterOut = SuiteOptionSet.Words(line, _filterOut),
        FilterAll = SuiteOptionSet.Words(line, _filterAll),
        FilterFragments = line.GetValue(_fragments),
    };

    /// <summary>Subset, seed and the like.</summary>
    /// <exception cref="ConfigurationException">One of them makes no sense.</exception>
    public SuiteOptions Options(ParseResult line) => new()
    {
        Subset = line.GetValue(_subset) is { } subset ? SuiteSubset.Parse(subset) : null,
        Seed = Seed(line.GetRequiredValue(_seed)),
        NoNestedSubset = line.GetValue(_noNested),
    };

    private static BigInteger Seed(string text)
    {
        if (!BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed))
            throw new ConfigurationException($"the seed '{text}' is not a whole number");
        return seed >= 0 ? seed : RandomNumberGenerator.GetInt32(int.MaxValue);
    }
}
