namespace Teuthology.Jobs;

/// <summary>
/// Where a person can look at a job that stopped for them: the task <c>interactive</c>, and <c>interactive-on-error</c> after a failure.
/// The command line brings one; without it there is <see cref="NoPrompt"/>.
/// </summary>
public interface IJobPrompt
{
    /// <summary>Whether a person sits there: both sides are a terminal.</summary>
    bool IsAvailable { get; }

    /// <summary>Shows the prompt and comes back when the person goes on (Ctrl-D). Errors of what they type are told to them and end nothing. One job at a time: others wait.</summary>
    /// <param name="pause">The job, and why it stopped.</param>
    /// <param name="cancellationToken">Ends the prompt and the command that runs in it.</param>
    /// <exception cref="InvalidOperationException">There is no person; see <see cref="IsAvailable"/>.</exception>
    Task ShowAsync(JobPause pause, CancellationToken cancellationToken);
}
