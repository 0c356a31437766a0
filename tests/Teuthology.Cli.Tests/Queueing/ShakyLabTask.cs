using Teuthology.Jobs;

namespace Teuthology.Cli.Tests;

/// <summary><c>test.shaky_lab: FILE</c>: a lab that fails as often as the file has lines left, and is fine then.</summary>
[Task("test.shaky_lab")]
public sealed class ShakyLabTask : IJobTask
{
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var file = (string)run.Config!;
        var left = await File.ReadAllLinesAsync(file, cancellationToken);
        if (left.Length == 0)
            return;
        await File.WriteAllLinesAsync(file, left[1..], cancellationToken);
        throw new TeuthologyException(FailureKind.Infrastructure, $"the lab shakes: {left[0]}");
    }
}
