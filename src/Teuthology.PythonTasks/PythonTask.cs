using Teuthology.Jobs;

namespace Teuthology.PythonTasks;

/// <summary>
/// A task that is Python in the job's checkout: it runs in the job's <see cref="PythonHost"/>, which begins while the machines are connected to, or with the first of
/// them where that stands in a group.
/// </summary>
internal sealed class PythonTask : ICheckedTask, IEarlyTask
{
    /// <inheritdoc/>
    public void Check(TaskRun run)
    {
        if (PythonProgram.Find(run.Job.Options.Python) is null)
            throw run.Wrong($"it is only there as Python, and this host has no {run.Job.Options.Python}; install python3 (apt-get install python3 python3-gevent), or name one by TEUTHOLOGY_PYTHON");
    }

    /// <inheritdoc/>
    public void Begin(JobContext job, string name) => job.Shared<PythonHost>().Begin(job, name);

    /// <inheritdoc/>
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken) => run.Job.Shared<PythonHost>().EnterAsync(run, cancellationToken);
}
