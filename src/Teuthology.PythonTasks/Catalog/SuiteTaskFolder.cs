using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Teuthology.PythonTasks;

/// <summary>
/// The Python tasks of a checkout: <c>tasks/NAME.py</c> beside its directory of suites. They are found by their text; nothing of it runs here.
/// Safe for use by several threads.
/// </summary>
/// <param name="qa">Directory above <c>suites</c> and <c>tasks</c>.</param>
internal sealed partial class SuiteTaskFolder(string qa)
{
    private readonly ConcurrentDictionary<string, IReadOnlySet<string>> _members = new(StringComparer.Ordinal);

    /// <summary>Directory above <c>suites</c> and <c>tasks</c>.</summary>
    public string Qa => qa;

    /// <summary>Names of all modules that have a task, sorted.</summary>
    public IReadOnlyList<string> Names =>
    [
        .. Directory.EnumerateFiles(Path.Combine(qa, "tasks"), "*.py").Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => TryFind(name, out _)).Order(StringComparer.Ordinal),
    ];

    /// <summary>The folder beside a directory of suites; null when there is none.</summary>
    /// <param name="suitesDirectory">Directory of suites, or null.</param>
    public static SuiteTaskFolder? Beside(string? suitesDirectory)
    {
        if (suitesDirectory is null)
            return null;
        string[] places = [Path.Combine(Path.GetFullPath(suitesDirectory), ".."), Path.Combine(suitesDirectory, ".qa")];
        return places.Select(Path.GetFullPath).FirstOrDefault(place => File.Exists(Path.Combine(place, "tasks", "__init__.py"))) is { } found ? new SuiteTaskFolder(found) : null;
    }

    /// <summary>The file of a task: <c>a</c> is <c>task</c> of <c>tasks/a.py</c>, <c>a.b</c> is <c>b</c> of it; <c>-</c> counts as <c>_</c>.</summary>
    /// <param name="name">Name as a job writes it.</param>
    /// <param name="file">The file.</param>
    public bool TryFind(string name, [NotNullWhen(true)] out string? file)
    {
        file = null;
        var parts = name.Replace('-', '_').Split('.');
        if (parts.Length > 2 || !parts.All(part => Word().IsMatch(part)))
            return false;
        string[] places = [Path.Combine(qa, "tasks", parts[0] + ".py"), Path.Combine(qa, "tasks", parts[0], "__init__.py")];
        file = places.FirstOrDefault(File.Exists);
        return file is not null && _members.GetOrAdd(file, Members).Contains(parts.Length == 2 ? parts[1] : "task");
    }

    private static IReadOnlySet<string> Members(string file) =>
        Member().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex(@"^\w+$")]
    private static partial Regex Word();

    [GeneratedRegex(@"^(?:(?:def|class)\s+(?<name>\w+)|(?<name>\w+)\s*=(?!=))", RegexOptions.Multiline)]
    private static partial Regex Member();
}
