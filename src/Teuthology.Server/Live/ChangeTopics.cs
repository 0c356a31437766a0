namespace Teuthology.Server;

/// <summary>What is watched for changes, one topic each however many watch it.</summary>
/// <param name="changes">Changes of the store.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Told when a state cannot be had.</param>
internal sealed class ChangeTopics(StoreChanges changes, TimeProvider time, ILogger<ChangeTopics> log)
{
    private readonly Dictionary<string, (ChangeTopic Topic, CancellationTokenSource Stop)> _topics = new(StringComparer.Ordinal);

    /// <summary>The topic of a name; give it back by <see cref="Leave"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="longest">See <see cref="ChangeTopic"/>.</param>
    /// <param name="state">See <see cref="ChangeTopic"/>; that of the first watcher is used.</param>
    public ChangeTopic Join(string name, TimeSpan longest, Func<CancellationToken, Task<string>> state)
    {
        lock (_topics)
        {
            if (!_topics.TryGetValue(name, out var entry))
            {
                changes.Join();
                entry = (new ChangeTopic(state, changes, longest, time, log), new CancellationTokenSource());
                _topics[name] = entry;
                var stop = entry.Stop.Token;
                _ = Task.Run(() => entry.Topic.FollowAsync(stop), stop);
            }

            entry.Topic.Watchers++;
            return entry.Topic;
        }
    }

    /// <summary>Watches no longer; with the last watcher nobody asks any more.</summary>
    public void Leave(string name)
    {
        lock (_topics)
        {
            var (topic, stop) = _topics[name];
            if (--topic.Watchers > 0)
                return;
            _topics.Remove(name);
            stop.Cancel();
            stop.Dispose();
            changes.Leave();
        }
    }
}
