using Teuthology.Lab;

namespace Teuthology.Cli;

/// <summary>Host keys as the machines show them, brought to where the machines are written down.</summary>
internal sealed class HostKeys(Terminal terminal, INodeDirectory directory, SiteConfig site, bool verbose = false)
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
        var missing = await PushAsync(nodes, patient: false, tell: false, cancellationToken);
        if (missing.Count > 0)
            await terminal.Error.WriteLineAsync($"Unable to scan these host keys: {string.Join(' ', missing)}");
        return missing.Count < nodes.Count;
    }

    /// <summary>Scans machines and writes down the keys that changed.</summary>
    /// <param name="nodes">The machines as they are written down.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">A machine shows no key; the others are brought up to date.</exception>
    public async Task UpdateAsync(IReadOnlyList<NodeRecord> nodes, CancellationToken cancellationToken)
    {
        var missing = await PushAsync(nodes, patient: true, tell: true, cancellationToken);
        if (missing.Count > 0)
            throw new TeuthologyException(FailureKind.Infrastructure, $"Unable to scan these host keys: {string.Join(' ', missing)}");
    }

    private async Task<IReadOnlyList<string>> PushAsync(IReadOnlyList<NodeRecord> nodes, bool patient, bool tell, CancellationToken cancellationToken)
    {
        await using var access = new MachineAccess(terminal, site, directory is StoreDirectory, verbose);
        var missing = new List<string>();
        foreach (var node in nodes)
        {
            if (tell)
                await terminal.Error.WriteLineAsync($"Checking {node.Name}");
            if (await KeyAsync(access, node.Name, patient, cancellationToken) is not { } key)
            {
                missing.Add(node.Name);
                continue;
            }

            if (node.SshPubKey == key)
                continue;
            if (tell)
                await terminal.Error.WriteLineAsync("New key found. Updating...");
            await directory.UpdateAsync(node.Name, new NodeUpdate { SshPubKey = key }, cancellationToken);
        }

        return missing;
    }

    private async Task<string?> KeyAsync(MachineAccess access, string name, bool patient, CancellationToken cancellationToken)
    {
        try
        {
            return await access.KeyAsync(name, patient, cancellationToken);
        }
        catch (TeuthologyException e) when (e.Kind is FailureKind.Infrastructure or FailureKind.ConnectionLost)
        {
            await terminal.Error.WriteLineAsync(e.Message);
            return null;
        }
    }
}
