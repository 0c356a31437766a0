namespace Teuthology.Jobs.Tests;

/// <summary>Runs a command that fails, as far as its error goes: <c>{label}</c>.</summary>
[Task("test.command")]
public sealed class CommandTask : ICheckedTask
{
    public void Check(TaskRun run)
    {
        if (run.Map().Get("role") is string role)
            run.Job.Cluster.Single(role);
        if (run.Map().Get("impossible") is not null)
            throw run.Wrong("it needs what nobody has", "impossible");
    }

    public Task RunAsync(TaskRun run, CancellationToken cancellationToken) =>
        throw new Orchestra.CommandFailedException(new Orchestra.CommandFailure { Command = "ls /nowhere", Host = "n1.lab", Label = run.Text("label") }, 2);
}
