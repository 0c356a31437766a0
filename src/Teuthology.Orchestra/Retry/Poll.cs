namespace Teuthology.Orchestra;

/// <summary>Asks again until an answer is there: upstream's <c>safe_while</c>.</summary>
public sealed record Poll
{
    /// <summary>Pause before the second try.</summary>
    public TimeSpan Sleep { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>What each further pause is longer by.</summary>
    public TimeSpan Increment { get; init; }

    /// <summary>Tries at most; 0 or less is for ever.</summary>
    public int Tries { get; init; } = 10;

    /// <summary>If set, counts instead of <see cref="Tries"/>; the last pause is shortened to it.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What is waited for, for the error text.</summary>
    public string? Action { get; init; }

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Asks at once, then after each pause, until the answer is true.</summary>
    /// <param name="ask">The question.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="PollExhaustedException">The tries or the time are used up.</exception>
    public async Task UntilAsync(Func<CancellationToken, Task<bool>> ask, CancellationToken ct)
    {
        if (!await TryUntilAsync(ask, ct).ConfigureAwait(false))
            throw new PollExhaustedException(Exhausted());
    }

    /// <summary>As <see cref="UntilAsync"/>, but false instead of an error.</summary>
    /// <param name="ask">The question.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<bool> TryUntilAsync(Func<CancellationToken, Task<bool>> ask, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(ask);
        var start = Time.GetTimestamp();
        var pause = Sleep;
        for (var tried = 1; ; tried++)
        {
            ct.ThrowIfCancellationRequested();
            if (await ask(ct).ConfigureAwait(false))
                return true;
            var next = pause;
            if (Timeout is { } timeout)
            {
                var left = timeout - Time.GetElapsedTime(start);
                if (left <= TimeSpan.Zero)
                    return false;
                next = left < pause ? left : pause;
            }
            else if (Tries > 0 && tried >= Tries)
            {
                return false;
            }

            await Task.Delay(next, Time, ct).ConfigureAwait(false);
            pause += Increment;
        }
    }

    /// <summary>Upstream counts the pauses to come as waited, beginning with the first; its numbers are kept.</summary>
    private string Exhausted()
    {
        var action = Action is null ? "" : $"'{Action}' ";
        if (Timeout is { } timeout)
            return $"{action}reached maximum tries after waiting for {timeout.TotalSeconds:0.###} seconds";
        var waited = Sleep;
        for (var tried = 1; tried < Tries; tried++)
            waited += Sleep + (Increment * tried);
        return $"{action}reached maximum tries ({Tries}) after waiting for {waited.TotalSeconds:0.###} seconds";
    }
}
