namespace Teuthology.LockTest;

/// <summary>What was drawn for a fault.</summary>
/// <param name="Client">Whom it hits, when it hits one.</param>
/// <param name="Length">How long it lasts.</param>
/// <param name="Random">For what else is to be drawn.</param>
/// <param name="Stop">Cuts it short: the test is over.</param>
internal sealed record FaultChoice(ClientProcess Client, TimeSpan Length, Random Random, CancellationToken Stop)
{
    /// <summary>Waits for the fault's length, or until the test is over.</summary>
    public Task PauseAsync() => PauseAsync(Length, Stop);

    public static async Task PauseAsync(TimeSpan length, CancellationToken stop) =>
        await Task.Delay(length, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
