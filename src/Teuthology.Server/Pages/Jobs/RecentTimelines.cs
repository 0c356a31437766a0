using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>The timelines of the jobs that were looked at last, each read once for all who look until the job writes more.</summary>
internal sealed class RecentTimelines
{
    private const int Kept = 32;
    private const int Commands = 400;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<string> _order = new();

    /// <summary>Tasks and commands of a job.</summary>
    /// <param name="archive">The job's archive directory.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<(JobTimeline Timeline, RemoteCommands Commands)> ReadAsync(string archive, CancellationToken cancellationToken)
    {
        // Of an archive without events the log tells.
        var events = Path.Combine(archive, "events.jsonl");
        var state = StateOf(File.Exists(events) ? events : Path.Combine(archive, "teuthology.log"));
        lock (_lock)
        {
            if (!_entries.TryGetValue(archive, out var entry) || entry.State != state || entry.Read.IsFaulted)
            {
                _order.Remove(archive);
                _order.AddLast(archive);
                entry = _entries[archive] = new Entry(state, Task.Run(() => (JobTimeline.Read(archive), RemoteCommands.Read(archive, Commands)), CancellationToken.None));
                if (_order.Count > Kept)
                {
                    _entries.Remove(_order.First!.Value);
                    _order.RemoveFirst();
                }
            }

            return entry.Read.WaitAsync(cancellationToken);
        }
    }

    private static (long Length, DateTime Written) StateOf(string path) => new FileInfo(path) is { Exists: true } file ? (file.Length, file.LastWriteTimeUtc) : default;

    private sealed record Entry((long Length, DateTime Written) State, Task<(JobTimeline Timeline, RemoteCommands Commands)> Read);
}
