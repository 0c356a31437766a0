namespace Teuthology.OpenStack;

/// <summary>
/// Finds what runs have in the cloud by the marks of <see cref="RunStamp"/>, tells what of it nobody cares for any more, and deletes that: in the order in which
/// it can be, again and again until nothing is left. It may be killed at any time and started again.
/// </summary>
/// <param name="cloud">The cloud.</param>
public sealed class RunCollector(OpenStackCloud cloud)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>What runs have, by run and job, each with whether it is left behind.</summary>
    /// <param name="scope">What is looked at.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<RunRemains>> FindAsync(CollectScope scope, CancellationToken cancellationToken) =>
        new RunVerdict(scope, cloud.Options.Time.GetUtcNow()).Sort(await RemainsFinder.FindAsync(cloud, cancellationToken));

    /// <summary>Deletes what is left behind. What appears meanwhile (a server whose order was on its way when the run died) goes too.</summary>
    /// <param name="scope">What is looked at.</param>
    /// <param name="timeout">How long it is tried, at least once.</param>
    /// <param name="progress">Told each deletion and each obstacle; null for silence.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<CollectReport> CollectAsync(CollectScope scope, TimeSpan timeout, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var start = cloud.Options.Time.GetTimestamp();
        var ordered = new Dictionary<(RemainsKind, string), Remains>();
        var obstacles = new Dictionary<(RemainsKind, string), string>();
        var pause = cloud.Options.FirstPause;
        for (var round = 0; ; round++)
        {
            var left = (await FindAsync(scope, cancellationToken)).Where(r => r.IsLeftBehind).SelectMany(r => r.Items).OrderBy(i => i.Kind).ToList();
            if (left.Count == 0 || (round > 0 && cloud.Options.Time.GetElapsedTime(start) > timeout))
            {
                var keys = left.Select(Key).ToHashSet();
                return new CollectReport(
                    [.. ordered.Where(o => !keys.Contains(o.Key)).Select(o => o.Value)],
                    [.. left.Select(i => (i, obstacles.GetValueOrDefault(Key(i)) ?? $"it is still there (state {i.Status})"))]);
            }

            foreach (var item in left)
            {
                if (ordered.TryAdd(Key(item), item))
                    progress?.Report($"deleting {item}");
                try
                {
                    await DeleteAsync(item, left, round, cancellationToken);
                    obstacles.Remove(Key(item));
                }
                catch (OpenStackException e) when (e.Kind != FailureKind.Configuration)
                {
                    if (obstacles.GetValueOrDefault(Key(item)) != e.Message)
                        progress?.Report($"{item}: {e.Message}; trying again");
                    obstacles[Key(item)] = e.Message;
                }
            }

            await Task.Delay(pause, cloud.Options.Time, cancellationToken);
            pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;
        }
    }

    private static (RemainsKind, string) Key(Remains item) => (item.Kind, item.Id);

    private async Task DeleteAsync(Remains item, List<Remains> all, int round, CancellationToken cancellationToken)
    {
        // What a server has goes after it.
        var hasServers = all.Exists(i => i.Kind == RemainsKind.Server);
        switch (item.Kind)
        {
            case RemainsKind.Server when round > 0 && round % 4 == 0:
                await cloud.Compute.ForceDeleteServerAsync(item.Id, cancellationToken);
                break;
            case RemainsKind.Server:
                await cloud.Compute.DeleteServerAsync(item.Id, cancellationToken);
                break;
            case RemainsKind.FloatingIp:
                await cloud.Network.DeleteFloatingIpAsync(item.Id, cancellationToken);
                break;
            case RemainsKind.KeyPair:
                await cloud.Compute.DeleteKeyPairAsync(item.Id, cancellationToken);
                break;
            case RemainsKind.Image:
                await cloud.Images.DeleteImageAsync(item.Id, cancellationToken);
                break;
            case RemainsKind.Port when !hasServers:
                await cloud.Network.DeletePortAsync(item.Id, cancellationToken);
                break;
            case RemainsKind.Volume when !hasServers && item.Status is not ("deleting" or "detaching" or "creating"):
                await DeleteVolumeAsync(item, round, cancellationToken);
                break;
            case RemainsKind.SecurityGroup when !hasServers && !all.Exists(i => i.Kind == RemainsKind.Port):
                await cloud.Network.DeleteSecurityGroupAsync(item.Id, cancellationToken);
                break;
        }
    }

    private async Task DeleteVolumeAsync(Remains item, int round, CancellationToken cancellationToken)
    {
        // Somebody else's server, made by hand, may have it.
        if (item.Status == "in-use" && await cloud.Volumes.FindVolumeAsync(item.Id, cancellationToken) is { Attachments: { Count: > 0 } uses })
        {
            foreach (var use in uses)
                await cloud.Compute.DetachVolumeAsync(use.ServerId, item.Id, cancellationToken);
        }
        else if (round > 0 && round % 4 == 0)
        {
            await cloud.Volumes.ForceDeleteVolumeAsync(item.Id, cancellationToken);
        }
        else
        {
            await cloud.Volumes.DeleteVolumeAsync(item.Id, cancellationToken);
        }
    }
}
