using System.Runtime.CompilerServices;

namespace Teuthology.Orchestra;

/// <summary>The same work on many things at once.</summary>
public static class InParallel
{
    /// <summary>Key in <see cref="Exception.Data"/> of the thrown error: the list of the other errors, as <see cref="Exception"/>s.</summary>
    public const string OtherFailures = "teuthology.other-failures";

    /// <summary>Starts the work for every item, waits for all of it, then gives the results in order or throws the error that came first.</summary>
    /// <typeparam name="TItem">What to work on.</typeparam>
    /// <typeparam name="TResult">What the work gives.</typeparam>
    /// <param name="items">The items.</param>
    /// <param name="work">The work; the others go on when one fails.</param>
    /// <param name="ct">Handed to the work.</param>
    /// <exception cref="Exception">The first error in time; the other ones are in its <see cref="Exception.Data"/> under <see cref="OtherFailures"/>.</exception>
    public static async Task<IReadOnlyList<TResult>> ForEachAsync<TItem, TResult>(
        IEnumerable<TItem> items, Func<TItem, CancellationToken, Task<TResult>> work, CancellationToken ct)
    {
        var failures = new List<Exception>();
        var running = items.Select(GuardedAsync).ToList();
        var outcomes = await Task.WhenAll(running).ConfigureAwait(false);
        if (failures.Count == 0)
            return outcomes!;
        if (failures.Count > 1)
            failures[0].Data[OtherFailures] = failures.Skip(1).ToList();
        System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failures[0]);
        return [];

        async Task<TResult?> GuardedAsync(TItem item)
        {
            await Task.Yield();
            try
            {
                return await work(item, ct).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                lock (failures)
                    failures.Add(error);
                return default;
            }
        }
    }

    /// <summary>As <see cref="ForEachAsync{TItem,TResult}"/>, for work without a result.</summary>
    /// <typeparam name="TItem">What to work on.</typeparam>
    /// <param name="items">The items.</param>
    /// <param name="work">The work.</param>
    /// <param name="ct">Handed to the work.</param>
    public static Task ForEachAsync<TItem>(IEnumerable<TItem> items, Func<TItem, CancellationToken, Task> work, CancellationToken ct) =>
        ForEachAsync<TItem, bool>(
            items,
            async (item, token) =>
            {
                await work(item, token).ConfigureAwait(false);
                return true;
            },
            ct);

    /// <summary>
    /// Starts the work for every item and gives the results as they come; upstream's <c>parallel()</c> when it is iterated. A failure is thrown
    /// when its turn has come; the others go on, and are waited for when the enumeration ends, with an error or without.
    /// </summary>
    /// <typeparam name="TItem">What to work on.</typeparam>
    /// <typeparam name="TResult">What the work gives.</typeparam>
    /// <param name="items">The items.</param>
    /// <param name="work">The work.</param>
    /// <param name="ct">Handed to the work.</param>
    /// <exception cref="Exception">The first error in time.</exception>
    public static async IAsyncEnumerable<TResult> AsCompletedAsync<TItem, TResult>(
        IEnumerable<TItem> items, Func<TItem, CancellationToken, Task<TResult>> work, [EnumeratorCancellation] CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(items);
        var running = items.Select(item => Task.Run(() => work(item, ct), CancellationToken.None)).ToList();
        try
        {
            await foreach (var done in Task.WhenEach(running))
                yield return await done;
        }
        finally
        {
            await ((Task)Task.WhenAll(running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
