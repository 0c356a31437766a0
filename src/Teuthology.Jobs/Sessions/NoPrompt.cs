namespace Teuthology.Jobs;

/// <summary>The prompt of a program that nobody sits at.</summary>
public sealed class NoPrompt : IJobPrompt
{
    /// <inheritdoc/>
    public bool IsAvailable => false;

    /// <inheritdoc/>
    public Task ShowAsync(JobPause pause, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("this program has no prompt");
}
