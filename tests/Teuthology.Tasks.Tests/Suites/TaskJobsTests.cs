using System.Reflection;
using System.Text.RegularExpressions;
using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

/// <summary>suites/ has a job for each built-in task, those that take long in suites/.long, or docs/tasks.md says why not.</summary>
public sealed partial class TaskJobsTests
{
    // Ceph QA's own tasks have their suites.
    private static readonly string[] CephQa = ["ceph", "ceph_fuse", "workunit", "radosbench"];

    [Fact]
    public void EveryBuiltInTask_IsInAJobOrInTheListOfThoseThatCannot()
    {
        var names = BuiltIn().ToList();
        var used = Directory.GetFiles(Path.Combine(Repository.Root, "suites"), "*.yaml", SearchOption.AllDirectories).SelectMany(file => Used(YamlLoader.LoadFile(file))).ToHashSet(StringComparer.Ordinal);
        var excused = Excused();
        Assert.True(names.Count > 40, "the built-in tasks cannot be found");
        Assert.DoesNotContain(names, name => !used.Contains(name) && !excused.Contains(name));
        Assert.DoesNotContain(excused, name => used.Contains(name) || !names.Contains(name));
    }

    [Fact]
    public void EveryBuiltInTask_IsInTheDocumentation()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "tasks.md")).Replace('-', '_');
        Assert.DoesNotContain(BuiltIn(), name => !text.Contains($"`{name}`", StringComparison.Ordinal) && !text.Contains($"`{name}:", StringComparison.Ordinal));
    }

    private static IEnumerable<string> BuiltIn() => typeof(NopTask).Assembly.GetTypes().Concat(typeof(IJobTask).Assembly.GetTypes())
        .SelectMany(type => type.GetCustomAttributes<TaskAttribute>(inherit: false))
        .Select(attribute => attribute.Name.Replace('-', '_'))
        .Where(name => !CephQa.Contains(name) && !name.StartsWith("ceph.", StringComparison.Ordinal) && !name.StartsWith("ceph_manager.", StringComparison.Ordinal) && !name.StartsWith("rbd.", StringComparison.Ordinal));

    private static HashSet<string> Excused()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "tasks.md"));
        var table = text[text.IndexOf("| task | why |", StringComparison.Ordinal)..];
        table = table[..table.IndexOf("\n\n", StringComparison.Ordinal)];
        return [.. Row().Matches(table).Select(match => match.Groups["task"].Value)];
    }

    private static IEnumerable<string> Used(object? node) => node switch
    {
        YamlMap map => map.Values.SelectMany(Used).Concat(map.Keys.OfType<string>().Where(key => map.Count == 1 || key == "kernel").Select(key => key.Replace('-', '_'))),
        YamlList list => list.SelectMany(Used),
        _ => [],
    };

    [GeneratedRegex(@"^\| `(?<task>[a-z_.]+)` \| \S", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();
}
