using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>What the filters of the runs offer, asked for once a minute: the questions go through all runs.</summary>
/// <param name="store">The store.</param>
/// <param name="time">Clock.</param>
internal sealed class RecentChoices(ResultsStore store, TimeProvider time)
{
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(1);
    private Read? _read;

    /// <summary>The choices, as they were a minute ago at most.</summary>
    public async Task<RunChoices> ReadAsync(CancellationToken cancellationToken)
    {
        if (_read is { } read && read.Choices.Suites.Count > 0 && time.GetElapsedTime(read.At) < Age)
            return read.Choices;
        var at = time.GetTimestamp();
        var choices = await RunChoices.ReadAsync(store, cancellationToken);
        _read = new Read(choices, at);
        return choices;
    }

    private sealed record Read(RunChoices Choices, long At);
}
