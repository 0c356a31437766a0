using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>The parts of suites that schedulers queue by themselves: <c>rados:thrash</c>, <c>rados:verify</c>.</summary>
public static class SuiteParts
{
    private static readonly string[] Operators = ["%", "+", "$"];

    /// <summary>The directories in a suite, sorted; the suite itself where it combines them or has none.</summary>
    /// <param name="tree">The directory of suites.</param>
    /// <param name="suite">Name of a suite or of a part of it; <c>.</c> for all suites.</param>
    /// <returns>Names as <see cref="SuiteTree.Build(string, SuiteOptions)"/> takes them, with colons.</returns>
    /// <exception cref="ConfigurationException">There is no such suite.</exception>
    public static IReadOnlyList<string> Of(SuiteTree tree, string suite)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(suite);
        return suite == "." ? [.. tree.SuiteNames.SelectMany(name => OfSuite(tree, name))] : [.. OfSuite(tree, suite)];
    }

    private static IEnumerable<string> OfSuite(SuiteTree tree, string suite)
    {
        var path = SuiteTree.PathOf(tree.Directory, suite);
        if (Operators.Any(name => File.Exists(Path.Combine(path, name))) || !Directory.Exists(path))
            return [suite];
        var parts = new SuiteTree(path).SuiteNames;
        return parts.Count == 0 ? [suite] : parts.Select(part => $"{suite.TrimEnd('/', ':')}:{part}");
    }
}
