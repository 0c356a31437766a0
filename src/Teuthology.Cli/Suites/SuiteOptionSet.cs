using System.CommandLine;
using System.Globalization;
using System.Numerics;
using Teuthology.Scheduling;
using Teuthology.Suites;

namespace Teuthology.Cli;

/// <summary>The argument and options that choose jobs of a suite.</summary>
internal sealed class SuiteOptionSet
{
    private readonly Argument<string> _suite = new("SUITE") { Description = "Suite or a part of it: rbd, rbd:basic or rbd/basic" };
    private readonly Option<string?> _directory = new("--suite-dir") { HelpName = "DIR", Description = "Directory that holds suites, or a checkout with qa/suites or suites in it (default $TEUTHOLOGY_SUITES, else here)" };
    private readonly Option<string?> _subset = new("--subset") { HelpName = "i/N", Description = "Piece i of N equal pieces, i from 0; each piece has every fragment in it. Or pairwise: few jobs that have every pair of fragments; pairwise:3: every three" };
    private readonly Option<string?> _seed = new("--seed") { HelpName = "S", Description = "Seed of the random choices, -1 for a random one (default $TEUTHOLOGY_SEED, else 0)" };
    private readonly Option<bool> _noNested = new("--no-nested-subset") { Description = "Take all of the facets whose % has a number in it" };
    private readonly Option<string[]> _filter = Keywords("--filter", "Only jobs whose description has one of these words in it");
    private readonly Option<string[]> _filterOut = Keywords("--filter-out", "No jobs whose description has one of these words in it");
    private readonly Option<string[]> _filterAll = Keywords("--filter-all", "Only jobs whose description has all of these words in it");
    private readonly Option<bool> _fragments = new("--filter-fragments", "-F") { Description = "Look for the words in the paths of fragments too" };
    private readonly Option<long> _limit = new("--limit", "-l") { HelpName = "N", Description = "At most N jobs, 0 for all of them" };
    private readonly Option<string?>? _suiteOption;
    private readonly Terminal _terminal;

    /// <param name="terminal">Looks up variables.</param>
    /// <param name="verb">Gets the options.</param>
    /// <param name="scheduling">Whether the suite is an option, as for <c>teuthology-suite</c>, and the seed random unless it is named.</param>
    public SuiteOptionSet(Terminal terminal, Command verb, bool scheduling = false)
    {
        _terminal = terminal;
        if (scheduling)
        {
            _suiteOption = new("--suite", "-s") { HelpName = "SUITE", Description = _suite.Description };
            _suiteOption.CompletionSources.Add(context => Names(context.ParseResult, context.WordToComplete).Select(name => new System.CommandLine.Completions.CompletionItem(name)));
            _directory.Description = "Directory that holds suites, or a checkout with qa/suites or suites in it, instead of one by git (default $TEUTHOLOGY_SUITES)";
            _seed.Description = "Seed of the random choices, -1 for a random one (default $TEUTHOLOGY_SEED, else -1)";
            verb.Add(_suiteOption);
        }
        else
            verb.Add(_suite);

        _subset.CompletionSources.Add(Subsets);
        foreach (var option in new Option[] { _directory, _subset, _seed, _noNested, _filter, _filterOut, _filterAll, _fragments, _limit })
            verb.Add(option);
    }

    /// <summary>Words that can follow --subset.</summary>
    private static readonly string[] Subsets = ["pairwise", "pairwise:3"];

    /// <summary>The directory of suites that the line names, and what to take of it.</summary>
    /// <exception cref="ConfigurationException">An option or a variable makes no sense, or there is no such directory.</exception>
    public (SuiteTree Tree, SuiteSelection Selection) Read(ParseResult line)
    {
        var selection = Selection(line);
        return (Tree(line, selection.Suite), selection);
    }

    /// <summary>The suite that the line names; null for none, where it is an option.</summary>
    public string? Suite(ParseResult line) => _suiteOption is null ? line.GetRequiredValue(_suite) : line.GetValue(_suiteOption);

    /// <summary>The directory of suites, or checkout, that the line or the environment names; null for none.</summary>
    public string? DirectoryOf(ParseResult line) => (line.GetValue(_directory) ?? _terminal.Environment("TEUTHOLOGY_SUITES")) is { } directory ? _terminal.FullPath(directory) : null;

    /// <summary>The option for that directory.</summary>
    public Option DirectoryOption => _directory;

    /// <summary>Whether the line names a seed that is not random.</summary>
    public bool HasSeed(ParseResult line) => line.GetValue(_seed) is { } seed && !seed.StartsWith('-');

    /// <summary>Whether the line names a subset.</summary>
    public bool HasSubset(ParseResult line) => line.GetValue(_subset) is not null;

    /// <summary>What to take of a suite.</summary>
    /// <param name="line">The line.</param>
    /// <param name="rerun">The run that is run again, which says what the line does not; null for none.</param>
    /// <exception cref="ConfigurationException">An option or a variable makes no sense.</exception>
    public SuiteSelection Selection(ParseResult line, RerunChoice? rerun = null)
    {
        var suite = rerun?.Suite ?? Suite(line) ?? "";
        if (suite.Trim('/').Length == 0)
            throw new ConfigurationException("SUITE is empty");
        if (line.GetValue(_limit) < 0)
            throw new ConfigurationException("--limit must be 0 or more");
        return new SuiteSelection
        {
            Suite = suite,
            Options = new SuiteOptions
            {
                Subset = (rerun is not null ? rerun.Subset : line.GetValue(_subset) ?? _terminal.Environment("TEUTHOLOGY_SUBSET")) is { } subset ? SuiteSubset.Parse(subset) : null,
                Seed = Seed(rerun?.Seed ?? line.GetValue(_seed) ?? _terminal.Environment("TEUTHOLOGY_SEED") ?? (_suiteOption is null ? "0" : "-1")),
                NoNestedSubset = rerun?.NoNestedSubset == true || line.GetValue(_noNested),
            },
            Filter = new SuiteFilter
            {
                Filter = [.. Words(line, _filter), .. rerun?.Descriptions ?? []],
                FilterOut = Words(line, _filterOut),
                FilterAll = Words(line, _filterAll),
                FilterFragments = line.GetValue(_fragments),
            },
            Limit = line.GetValue(_limit),
        };
    }

    /// <summary>Names of the suites for completion; behind a colon or a slash, of the parts of a suite.</summary>
    /// <param name="line">The line so far.</param>
    /// <param name="current">What is typed of the name.</param>
    public IEnumerable<string> Names(ParseResult line, string current)
    {
        var directory = SuitesDirectory.Find(_terminal.FullPath(line.GetValue(_directory) ?? _terminal.Environment("TEUTHOLOGY_SUITES") ?? "."), null);
        var whole = current[..(current.LastIndexOfAny([':', '/']) + 1)];
        if (whole.Length == 0)
            return new SuiteTree(directory).SuiteNames;
        var part = Path.Combine(directory, whole.Replace(':', '/').Trim('/'));
        return Directory.Exists(part)
            ? Directory.EnumerateDirectories(part).Select(d => Path.GetFileName(d)).Where(name => !name.StartsWith('.')).Select(name => whole + name)
            : [];
    }

    /// <summary>An option for words.</summary>
    public static Option<string[]> Keywords(string name, string description) =>
        new(name) { HelpName = "WORDS", Description = $"{description}; commas between words" };

    /// <summary>The words of an option, which may be given several times.</summary>
    public static List<string> Words(ParseResult line, Option<string[]> option) => Words(line.GetValue(option) ?? []);

    /// <summary>The words in texts with commas between words.</summary>
    public static List<string> Words(IEnumerable<string> texts) =>
        [.. texts.SelectMany(words => words.Split(',')).Select(word => word.Trim()).Where(word => word.Length > 0)];

    /// <summary>The directory of suites that the line names, for a suite.</summary>
    /// <exception cref="ConfigurationException">There is no such directory.</exception>
    public SuiteTree Tree(ParseResult line, string suite)
    {
        var named = line.GetValue(_directory) ?? _terminal.Environment("TEUTHOLOGY_SUITES");
        var directory = SuitesDirectory.Find(_terminal.FullPath(named ?? "."), suite == "." ? null : suite);
        if (named is null && !Path.Exists(Path.Combine(directory, suite.Split('/', ':')[0])))
            throw new ConfigurationException($"there is no suite {suite} here; --suite-dir names the directory of suites");
        return new SuiteTree(directory);
    }

    private BigInteger Seed(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var word) && word >= 0)
            return word;
        if (!BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed))
            throw new ConfigurationException($"the seed '{text}' is not a whole number");
        if (seed >= 0)
            return seed;
        seed = System.Security.Cryptography.RandomNumberGenerator.GetInt32(10_000);
        _terminal.Error.WriteLine($"Using random seed={seed}");
        return seed;
    }
}
