using System.Globalization;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>States of the runs that are watched: all that are asked for at the same time are one question to the store.</summary>
/// <param name="store">The store.</param>
internal sealed class WatchedRuns(ResultsStore store)
{
    private readonly Lock _lock = new();
    private HashSet<string> _asked = new(StringComparer.Ordinal);
    private Task<Dictionary<string, string>>? _next;
    private Task _current = Task.CompletedTask;

    /// <summary>A text that changes with a run, and with each of its jobs.</summary>
    /// <param name="run">Its name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<string> StateAsync(string run, CancellationToken cancellationToken)
    {
        Task<Dictionary<string, string>> answer;
        lock (_lock)
        {
            _asked.Add(run);
            answer = _next ??= AskAsync(_current);
        }

        return (await answer.WaitAsync(cancellationToken)).GetValueOrDefault(run, "gone");
    }

    /// <summary>A text that changes with a run.</summary>
    public static string StateOf(RunRecord run) => string.Create(
        CultureInfo.InvariantCulture,
        $"{run.Updated.Ticks:x}.{string.Join('.', run.Results.OrderBy(state => state.Key, StringComparer.Ordinal).Select(state => $"{state.Key[0]}{state.Value}"))}");

    // Who asks while a question is under way is in the next one.
    private async Task<Dictionary<string, string>> AskAsync(Task before)
    {
        await Task.Yield();
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        List<string> names;
        lock (_lock)
        {
            names = [.. _asked];
            (_asked, _current, _next) = (new(StringComparer.Ordinal), _next!, null);
        }

        return (await store.RunsAsync(names, CancellationToken.None)).ToDictionary(run => run.Name, StateOf, StringComparer.Ordinal);
    }
}
