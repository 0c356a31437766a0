using Teuthology.Jobs;
using Teuthology.Yaml;

namespace Teuthology.Tasks.Tests;

/// <summary>Looks into a job's archive.</summary>
internal static class Results
{
    public static string Log(this JobResult result) => File.ReadAllText(Path.Combine(result.ArchivePath!, "teuthology.log"));

    public static YamlMap Summary(this JobResult result) => (YamlMap)YamlLoader.LoadFile(Path.Combine(result.ArchivePath!, "summary.yaml"))!;

    public static void ShouldPass(this JobResult result) =>
        Assert.True(result.Status == JobStatus.Pass, $"{result.Status}: {result.FailureReason}\n{result.Log()}");
}
