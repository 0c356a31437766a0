using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;

namespace Teuthology.Orchestra;

/// <summary>Things that are entered in order and left in reverse; upstream's <c>contextutil.nested</c>. Tasks of a job have a stack of their own.</summary>
public static class Nested
{
    /// <summary>What leaves a thing: it gets the error that is under way, or null, and says whether that error ends here.</summary>
    /// <param name="error">The error, or null.</param>
    /// <param name="ct">Not cancelled when the work was: leaving has to be done.</param>
    public delegate Task<bool> Leave(Exception? error, CancellationToken ct);

    /// <summary>
    /// Enters each thing, runs the body, and leaves what was entered, in reverse. An error of entering or of the body is told to the log at
    /// once (<c>Saw exception from nested tasks</c>); an error of leaving takes its place; what is left of them is thrown in the end.
    /// </summary>
    /// <param name="enter">Each enters a thing and gives what leaves it.</param>
    /// <param name="body">The work within.</param>
    /// <param name="log">Is told the first error.</param>
    /// <param name="ct">Handed to entering and to the body.</param>
    /// <param name="onError">Is called with the first error before anything is left, as for a prompt; or null.</param>
    /// <exception cref="Exception">The last error, unless it ended on the way.</exception>
    public static async Task RunAsync(
        IEnumerable<Func<CancellationToken, Task<Leave>>> enter, Func<CancellationToken, Task> body, ILogger log, CancellationToken ct, Func<Exception, Task>? onError = null)
    {
        ArgumentNullException.ThrowIfNull(enter);
        ArgumentNullException.ThrowIfNull(body);
        var entered = new Stack<Leave>();
        ExceptionDispatchInfo? error = null;
        try
        {
            foreach (var step in enter)
                entered.Push(await step(ct));
            await body(ct);
        }
        catch (Exception first)
        {
            error = ExceptionDispatchInfo.Capture(first);
            RemoteLog.NestedFailed(log, first);
            if (onError is not null)
                await onError(first);
        }

        while (entered.TryPop(out var leave))
        {
            try
            {
                if (await leave(error?.SourceException, CancellationToken.None))
                    error = null;
            }
            catch (Exception later)
            {
                error = ExceptionDispatchInfo.Capture(later);
            }
        }

        error?.Throw();
    }
}
