using Microsoft.Extensions.Logging;
using Teuthology.Yaml;

namespace Teuthology.Jobs.Tests;

/// <summary>
/// <c>{name, exits, enter: ok|throw|dead|cancel|cancelled|skip|wait|ignore, late}</c>: does as told and writes it down. <c>exits</c> are deferred
/// before it does what <c>enter</c> says, <c>late</c> ones after; each is <c>ok|throw|dead|cancelled|interrupt</c>.
/// </summary>
[Task("test.step")]
public sealed class StepTask(Trace trace) : IJobTask
{
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var name = run.Text("name") ?? "?";
        trace.Add($"enter {name}");
        run.Log.LogInformation("step {Name}", name);
        Defer(run, name, "exits", "");
        switch (run.Text("enter"))
        {
            case "cancel":
                await trace.Cancel.CancelAsync();
                await Task.Delay(Timeout.Infinite, cancellationToken);
                break;
            case "wait":
                trace.Waiting.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
                break;
            case "ignore":
                trace.Waiting.TrySetResult();
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                break;
            case "skip":
                throw new JobSkippedException($"enter {name} lacks a thing; get it");
            case var how:
                await Do(how, $"enter {name}");
                break;
        }

        Defer(run, name, "late", "late");
    }

    private void Defer(TaskRun run, string name, string key, string prefix)
    {
        var exits = run.Map().Get(key) as YamlList ?? [];
        for (var i = 0; i < exits.Count; i++)
        {
            var (id, how) = ($"{name}/{prefix}{i}", exits[i] as string);
            run.Defer(id, (_, _) =>
            {
                trace.Add($"exit {id}");
                return Do(how, $"exit {id}");
            });
        }
    }

    private Task Do(string? how, string what) => how switch
    {
        null or "ok" => Task.CompletedTask,
        "interrupt" => trace.Cancel.CancelAsync(),
        "throw" => throw new InvalidOperationException($"{what} throws"),
        "dead" => throw new TeuthologyException(FailureKind.Infrastructure, $"{what} lost its machine"),
        "cancelled" => throw new OperationCanceledException($"{what} gave up"),
        _ => throw new ArgumentException(how),
    };
}
