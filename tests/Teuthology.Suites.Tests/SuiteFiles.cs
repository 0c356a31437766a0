namespace Teuthology.Suites.Tests;

/// <summary>A directory of suites made for one test.</summary>
internal sealed class SuiteFiles : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("teuthology-suites-").FullName;

    /// <summary>Paths below the directory; a path that ends in <c>/</c> is an empty directory, <c>path=text</c> has a content.</summary>
    public SuiteFiles(params IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            var (path, text) = file.IndexOf('=', StringComparison.Ordinal) is var at and > 0 ? (file[..at], file[(at + 1)..]) : (file, "");
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Suites, path))!);
            if (!path.EndsWith('/'))
                File.WriteAllText(Path.Combine(Suites, path), text);
        }
    }

    public string Suites => Path.Combine(_root, "suites");

    public SuiteMatrix Build(string suite = "s", SuiteOptions? options = null) => new SuiteTree(Suites).Build(suite, options ?? new SuiteOptions());

    public string[] Descriptions(SuiteOptions? options = null) => [.. Build("s", options).Jobs().Select(j => j.Description)];

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
