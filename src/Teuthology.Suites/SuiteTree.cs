using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>A directory of suites in the format of Ceph QA.</summary>
/// <param name="suitesDirectory">Path of the directory, as a rule named <c>suites</c>.</param>
public sealed class SuiteTree(string suitesDirectory)
{
    private IReadOnlyList<string>? _names;

    /// <summary>Full path of the directory.</summary>
    public string Directory { get; } = Path.GetFullPath(suitesDirectory);

    /// <summary>Names of the suites: the directories in it, sorted, without hidden and <c>.disable</c>d ones.</summary>
    /// <exception cref="ConfigurationException">The directory does not exist or cannot be read.</exception>
    public IReadOnlyList<string> SuiteNames => _names ??= Names();

    /// <summary>The jobs of a suite.</summary>
    /// <param name="suite">Name of a suite or of a part of it: <c>rados</c>, <c>rados:verify</c>.</param>
    /// <param name="options">Subset, seed and the like.</param>
    /// <exception cref="ConfigurationException">There is no such suite, it is empty, or a directory in it breaks a rule.</exception>
    public SuiteMatrix Build(string suite, SuiteOptions options) => Build(suite, options, filter: null);

    /// <summary>The jobs of a suite; a pairwise subset chooses them among those that a filter keeps. Any other matrix leaves the filter to whoever lists it.</summary>
    /// <param name="suite">Name of a suite or of a part of it.</param>
    /// <param name="options">Subset, seed and the like.</param>
    /// <param name="filter">Which jobs a pairwise subset may choose; null for all.</param>
    /// <param name="progress">Is told how far the choice is.</param>
    /// <param name="cancellationToken">Stops the choice.</param>
    /// <exception cref="ConfigurationException">As <see cref="Build(string, SuiteOptions)"/>; or there is too much to combine.</exception>
    public SuiteMatrix Build(string suite, SuiteOptions options, SuiteFilter? filter, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        var matrix = Build(suite, options, new PythonRandom(options.Seed));
        if (options.Subset?.Strength is not { } strength)
            return matrix;
        var model = new CoveringModel(matrix.Root);
        var test = new JobTest(filter, new JobMerger(Directory, filter: filter, seed: options.Seed), PathOf(Directory, suite), model.Fragments.Keys);
        var (indexes, report) = new CoveringChooser(matrix, model, test, strength, options.Seed).Choose(progress, cancellationToken);
        return new SuiteMatrix(suite, new ChosenNode(matrix, indexes), matrix.Draws()) { Covering = report };
    }

    /// <summary>The directory or file of a suite; in a full path a colon is part of a name.</summary>
    internal static string PathOf(string suitesDirectory, string suite) =>
        Path.Combine(suitesDirectory, (Path.IsPathRooted(suite) ? suite : suite.Replace(':', '/')).TrimEnd('/'));

    internal SuiteMatrix Build(string suite, SuiteOptions options, PythonRandom random)
    {
        var path = PathOf(Directory, suite);
        if (!Path.Exists(path))
            throw new ConfigurationException($"there is no suite {suite}: {path} does not exist{Known()}");
        WideInt pieces = options.Subset is { Count: > 1 } subset ? subset.Checked().Count : 0;
        var root = new SuiteReader(path, options.NoNestedSubset, random).Read(pieces)
            ?? throw new ConfigurationException($"the suite {suite} is empty: {path} holds no .yaml file, or its name begins with '.' or ends in '.disable'");
        if (pieces > 1)
            root = new SubsetNode(root, options.Subset!.Index, pieces, path);
        return new SuiteMatrix(suite, root, random);
    }

    private string Known() => System.IO.Directory.Exists(Directory) ? $"; suites in {Directory}: {string.Join(' ', SuiteNames)}" : "";

    private List<string> Names()
    {
        try
        {
            return [.. System.IO.Directory.EnumerateDirectories(Directory)
                .Select(path => Path.GetFileName(path))
                .Where(name => !name.StartsWith('.') && !name.EndsWith(".disable", StringComparison.Ordinal))
                .Order(CodePointComparer.Instance)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"cannot read the suites in {Directory}: {e.Message}", inner: e);
        }
    }
}
