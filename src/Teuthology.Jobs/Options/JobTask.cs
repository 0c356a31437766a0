namespace Teuthology.Jobs;

/// <summary>
/// A task whose configuration is a record. It is read and checked before any machine is locked; see <see cref="TaskOptions.Options{T}"/> for the rules.
/// </summary>
/// <typeparam name="TOptions">A class or record with settable or <c>init</c> properties, or with a constructor.</typeparam>
public abstract class JobTask<TOptions> : IJobTask
    where TOptions : class
{
    /// <inheritdoc/>
    public Task RunAsync(TaskRun run, CancellationToken cancellationToken) => RunAsync(run, run.Options<TOptions>(), cancellationToken);

    /// <summary>Does the task's work; see <see cref="IJobTask.RunAsync"/>.</summary>
    /// <param name="run">The job, this task's configuration, its log.</param>
    /// <param name="options">The configuration, with <c>overrides.&lt;task&gt;</c> of the job merged over it.</param>
    /// <param name="cancellationToken">Cancelled on Ctrl-C, a lost lease, a job time limit.</param>
    protected abstract Task RunAsync(TaskRun run, TOptions options, CancellationToken cancellationToken);
}
