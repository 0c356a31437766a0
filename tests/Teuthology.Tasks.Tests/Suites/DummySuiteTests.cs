using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

/// <summary>The suite that must pass on any lab, here on the poorest. Its facets are simple enough to be put together by hand.</summary>
public sealed class DummySuiteTests(LoopbackHost host) : IClassFixture<LoopbackHost>
{
    private static string Suite => Path.Combine(Repository.Root, "suites", "dummy", "all");

    public static TheoryData<string, string> Jobs()
    {
        var jobs = new TheoryData<string, string>();
        foreach (var cluster in Directory.GetFiles(Path.Combine(Suite, "cluster"), "*.yaml").Order(StringComparer.Ordinal))
        {
            foreach (var tasks in Directory.GetFiles(Path.Combine(Suite, "tasks"), "*.yaml").Order(StringComparer.Ordinal))
                jobs.Add(Path.GetFileName(cluster), Path.GetFileName(tasks));
        }

        return jobs;
    }

    [SkippableTheory]
    [MemberData(nameof(Jobs))]
    public async Task Dummy_OnTheLoopbackLab_Passes(string cluster, string tasks)
    {
        var config = DeepMerge.Merge(
            YamlLoader.LoadFile(Path.Combine(Suite, "cluster", cluster)),
            YamlLoader.LoadFile(Path.Combine(Suite, "tasks", tasks)));
        (await host.RunAsync(host.Job((YamlMap)config!))).ShouldPass();
    }
}
