using Microsoft.Extensions.Logging;
using Teuthology.Jobs;

namespace Teuthology.Tasks.Tests;

/// <summary><c>[name, how]</c>: says what it does; <c>how</c> is <c>ok</c>, <c>enter</c> or <c>exit</c>, where it fails.</summary>
[Task("test.leaf")]
public sealed class LeafTask : IJobTask
{
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var (name, how) = ((string)((Yaml.YamlList)run.Config!)[0]!, (string)((Yaml.YamlList)run.Config)[1]!);
        run.Log.LogInformation("leaf {Name} enter", name);
        run.Defer(name, (_, _) =>
        {
            run.Log.LogInformation("leaf {Name} exit", name);
            return how == "exit" ? throw new InvalidOperationException($"exit of {name} broke") : Task.CompletedTask;
        });
        return how == "enter" ? throw new InvalidOperationException($"enter of {name} broke") : Task.CompletedTask;
    }
}
