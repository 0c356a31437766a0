namespace Teuthology.Jobs.Tests;

/// <summary>Keeps what an observer is told.</summary>
public sealed class Observed : IJobObserver
{
    private readonly List<string> _all = [];

    public IReadOnlyList<string> All => _all;

    public List<JobResult> Results { get; } = [];

    public void Waiting(JobSpec job, string what) => _all.Add($"waiting: {what}");

    public void TaskChanged(JobSpec job, string task, bool unwinding) => _all.Add($"{(unwinding ? "exit" : "enter")} {task}");

    public void Ended(JobSpec job, JobResult result)
    {
        _all.Add($"ended: {result.Status}");
        Results.Add(result);
    }
}
