namespace Teuthology.Lab;

/// <summary>Waiting for machines of a directory.</summary>
public static class NodeWaiting
{
    // Shorter than what proxies in between suffer.
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(20);

    // As upstream's jobs: a server of others knows no line, one can only ask again.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>Locks machines of a kind, all at once, and waits for them while too few are free: in line where the directory has one.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="request">How many of which kind.</param>
    /// <param name="terms">For whom, what for, and until when.</param>
    /// <param name="time">Clock.</param>
    /// <param name="progress">Told what is waited for; may be null.</param>
    /// <param name="cancellationToken">Leaves the line.</param>
    /// <exception cref="NodeRefusedException">The request makes no sense.</exception>
    public static async Task<NodeLock> LockInLineAsync(
        this INodeDirectory directory, LockManyRequest request, LockTerms terms, TimeProvider time, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        for (var asked = request with { Wait = TimeSpan.Zero }; ;)
        {
            var began = time.GetTimestamp();
            try
            {
                return await directory.LockManyAsync(asked, terms, cancellationToken);
            }
            catch (NodeRefusedException e) when (e.Refusal == NodeRefusal.Insufficient)
            {
                progress?.Report($"waiting for {request.Count} {string.Join(" or ", request.MachineTypes)} machines of {directory.Place}: {e.Message}");
                if (e.Ticket is null && time.GetElapsedTime(began) < Pause && asked.Wait > TimeSpan.Zero)
                    await Task.Delay(Pause, time, cancellationToken);
                asked = request with { Wait = Hold, Ticket = e.Ticket };
            }
        }
    }
}
