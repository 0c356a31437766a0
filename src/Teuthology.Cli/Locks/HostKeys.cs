using Microsoft.Extensions.Logging;
using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.Cli;

/// <summary>Host keys as the machines show them, brought to where the machines are written down.</summary>
internal sealed class HostKeys(Terminal terminal, INodeDirectory directory)
{
    /// <summary>Scans virtual machines of a listing, whose keys change when they are made anew; one that shows none stays as it is.</summary>
    /// <param name="nodes">The machines.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether a key was brought up to date.</returns>
    public async Task<bool> RefreshAsync(IReadOnlyList<NodeRecord> nodes, CancellationToken cancellationToken)
    {
        if (nodes.Count == 0)
            return false;
        await terminal.Error.WriteLineAsync($"updating host keys for {string.Join(' ', nodes.Select(node => node.Name).Order(StringComparer.Ordinal))}");
        using var log = new LoggerFactory([new ErrorLog(terminal, verbose: false)]);
        var keys = await new HostKeyScan(log.CreateLogger<HostKeyScan>()) { Time = terminal.Time }.TryScanAsync(nodes.Select(node => node.Name), cancellationToken);
        return await PushAsync(nodes, keys, tell: false, cancellationToken) > 0;
    }

    /// <summary>Scans machines and writes down the keys that changed.</summary>
    /// <param name="nodes">The machines as they are written down.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">A machine shows no key; those before it are brought up to date.</exception>
    public async Task UpdateAsync(IReadOnlyList<NodeRecord> nodes, CancellationToken cancellationToken)
    {
        using var log = new LoggerFactory([new ErrorLog(terminal, verbose: false)]);
        var scan = new HostKeyScan(log.CreateLogger<HostKeyScan>()) { Time = terminal.Time };
        var missing = new List<string>();
        foreach (var node in nodes)
        {
            try
            {
                await PushAsync([node], await scan.ScanAsync([node.Name], cancellationToken), tell: true, cancellationToken);
            }
            catch (PollExhaustedException)
            {
                missing.Add(node.Name);
            }
        }

        if (missing.Count > 0)
            throw new TeuthologyException(FailureKind.Infrastructure, $"Unable to scan these host keys: {string.Join(' ', missing)}");
    }

    private async Task<int> PushAsync(IEnumerable<NodeRecord> nodes, IReadOnlyDictionary<string, string> keys, bool tell, CancellationToken cancellationToken)
    {
        var pushed = 0;
        foreach (var node in nodes)
        {
            if (!keys.TryGetValue(node.Name, out var key))
                continue;
            if (tell)
                await terminal.Error.WriteLineAsync($"Checking {node.Name}");
            if (node.SshPubKey == key)
                continue;
            if (tell)
                await terminal.Error.WriteLineAsync("New key found. Updating...");
            await directory.UpdateAsync(node.Name, new NodeUpdate { SshPubKey = key }, cancellationToken);
            pushed++;
        }

        return pushed;
    }
}
