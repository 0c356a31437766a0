using System.Diagnostics;
using System.Reflection;
using System.Xml.Linq;

namespace Teuthology.Xunit.Tests.EndToEnd;

/// <summary>The sample project with suites of the test's own, run as a user would.</summary>
public sealed class Sample : IDisposable
{
    private readonly TempDirectory _home = new();

    public static string Project => Noted("Sample.Project");

    public static string Dll => Noted("Sample.Assembly");

    public static string Runner => Noted("Sample.Runner");

    public Dictionary<string, string> Environment { get; } = [];

    public string Suites => _home["suites"];

    public string State => _home["state"];

    /// <summary>The steps that the pretended engine noted: <c>start NAME</c>, <c>run NAME</c>, <c>unwound NAME</c>.</summary>
    public string[] Steps
    {
        get
        {
            if (!File.Exists(_home["archive/steps"]))
                return [];
            using var file = new FileStream(_home["archive/steps"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    public void Job(string name, string yaml) => _home.Write($"suites/{name}.yaml", yaml);

    /// <summary>Starts <c>dotnet</c> as the leader of a process group of its own, as a shell does, with Ctrl-C: what a script starts in the background ignores it, and so do its children.</summary>
    public Process Start(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("env", ["--default-signal=INT,QUIT", "setsid", "dotnet", .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _home.Path };
        foreach (var name in start.Environment.Keys.Where(IsOuter).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in Variables())
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public async Task<(int Exit, string Output)> RunAsync(params IEnumerable<string> arguments)
    {
        using var process = Start(arguments);
        var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Join('\n', texts));
    }

    public IEnumerable<(string Name, string Value)> Variables() =>
    [
        ("TEUTHOLOGY_SUITES", Suites), ("TEUTHOLOGY_ARCHIVE", _home["archive"]), ("TEUTHOLOGY_STATE", _home["state"]), ("TEUTHOLOGY_PARALLEL", "2"),
        .. Environment.Select(e => (e.Key, e.Value)),
    ];

    /// <summary>The results of a run with <c>--logger trx --results-directory results</c>, by test name.</summary>
    public Dictionary<string, XElement> Results() => XDocument.Load(Directory.GetFiles(_home["results"], "*.trx").Single())
        .Descendants().Where(e => e.Name.LocalName == "UnitTestResult").ToDictionary(e => e.Attribute("testName")!.Value);

    public string ResultFile(XElement result) => Directory.GetFiles(_home["results"], Path.GetFileName(result.Descendants().Single(e => e.Name.LocalName == "ResultFile").Attribute("path")!.Value), SearchOption.AllDirectories)
        .Single(path => path.Contains(result.Attribute("relativeResultsDirectory")!.Value, StringComparison.Ordinal));

    public string[] Files(string pattern) => Directory.GetFiles(_home.Path, pattern, SearchOption.AllDirectories);

    public void Dispose() => _home.Dispose();

    private static string Noted(string key) => Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;

    // What the outer dotnet test set for its own children.
    private static bool IsOuter(string variable) => variable.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)
        || variable.StartsWith("VSTEST", StringComparison.Ordinal) || variable.StartsWith("TEUTHOLOGY", StringComparison.Ordinal) || variable == "DOTNET_CLI_CONTEXT_VERBOSE";
}
