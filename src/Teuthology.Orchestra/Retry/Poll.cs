using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra;

/// <summary>Asks again until an answer is there: upstream's <c>safe_while</c>.</summary>
public sealed record Poll
{
    /// <summary>Pause before the second try, without <see cref="Increment"/>.</summary>
    public TimeSpan Sleep { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>What each pause is longer by than the one before it, the first one than <see cref="Sleep"/>; as upstream.</summary>
    public TimeSpan Increment { get; init; }

    /// <summary>Tries at most; 0 or less is for ever.</summary>
    public int Tries { get; init; } = 10;

    /// <summary>
    /// If set, counts instead of <see cref="Tries"/>; the last pause is shortened to it. It is time by the clock; upstream adds up its pauses, the
    /// first one twice, and not what asking takes.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What is waited for, for the error text.</summary>
    public string? Action { get; init; }

    /// <summary>Is warned with the error text where <see cref="TryUntilAsync"/> gives up, as upstream's <c>_raise=False</c>; null for silence.</summary>
    public ILogger? Log { get; init; }

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Asks at once, then after each pause, until the answer is true.</summary>
    /// <param name="ask">The question.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="PollExhaustedException">The tries or the time are used up.</exception>
    public async Task UntilAsync(Func<CancellationToken, Task<bool>> ask, CancellationToken ct)
    {
        if (await AskAsync(ask, ct).ConfigureAwait(false) is { } exhausted)
            throw new PollExhaustedException(exhausted);
    }

    /// <summary>As <see cref="UntilAsync"/>, but false instead of an error.</summary>
    /// <param name="ask">The question.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<bool> TryUntilAsync(Func<CancellationToken, Task<bool>> ask, CancellationToken ct)
    {
        if (await AskAsync(ask, ct).ConfigureAwait(false) is not { } exhausted)
            return true;
        if (Log is not null)
            RemoteLog.Warn(Log, exhausted);
        return false;
    }

    /// <summary>Null when the answer was there, else upstream's text.</summary>
    private async Task<string?> AskAsync(Func<CancellationToken, Task<bool>> ask, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(ask);
        var start = Time.GetTimestamp();

        // Upstream counts the first pause twice, and so do its texts.
        var (pause, told) = (Sleep, Sleep);
        for (var tried = 1; ; tried++)
        {
            ct.ThrowIfCancellationRequested();
            if (await ask(ct).ConfigureAwait(false))
                return null;
            pause += Increment;
            var next = pause;
            if (Timeout is { } timeout)
            {
                var left = timeout - Time.GetElapsedTime(start);
                if (left <= TimeSpan.Zero)
                    return Exhausted(tried, timeout);
                next = left < pause ? left : pause;
            }
            else if (Tries > 0 && tried >= Tries)
            {
                return Exhausted(tried, told);
            }

            told += next;
            await Task.Delay(next, Time, ct).ConfigureAwait(false);
        }
    }

    private string Exhausted(int tries, TimeSpan waited) =>
        $"{(Action is null ? "" : $"'{Action}' ")}reached maximum tries ({tries}) after waiting for {waited.TotalSeconds:0.###} seconds";
}
