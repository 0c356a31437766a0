using System.Globalization;
using Teuthology.OpenStack;

namespace Teuthology.Lab;

/// <summary>Finds or makes what the servers of a run share, once a run.</summary>
/// <param name="cloud">The cloud.</param>
/// <param name="options">Names of what there is, and of the cluster.</param>
internal sealed class RunResourceMaker(OpenStackCloud cloud, CloudOptions options)
{
    private static readonly SecurityRule[] Rules = [new SecurityRule("tcp", 22, 22, "0.0.0.0/0"), new SecurityRule("icmp", null, null, "0.0.0.0/0")];

    private readonly SemaphoreSlim _asking = new(1, 1);
    private readonly Dictionary<string, RunResources> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _keyPairs = new(StringComparer.Ordinal);

    /// <summary>Name of a cluster's security group, as upstream's.</summary>
    public static string GroupName(string cluster) => $"{RunMarks.NamePrefix}{cluster}";

    /// <summary>What the servers of a run share; the cloud is asked by the first of them.</summary>
    /// <param name="stamp">The run.</param>
    /// <param name="publicKey">The controller's key.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConfigurationException">The cloud has no network of the name.</exception>
    public async Task<RunResources> OfAsync(RunStamp stamp, string publicKey, CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken);
        try
        {
            if (_known.TryGetValue(stamp.Run, out var known))
                return known;

            // The key pair first: while it is there, nobody collects the group.
            var keyName = options.KeyPair ?? await KeyPairAsync(stamp, publicKey, cancellationToken);
            var networks = options.Network is null && options.FloatingNetwork is null && cloud.Credentials.DefaultNetworks.Count == 0 ? [] : await cloud.Network.NetworksAsync(null, cancellationToken);
            return _known[stamp.Run] = new RunResources(
                keyName,
                (options.Network ?? cloud.Credentials.DefaultNetworks.FirstOrDefault()) is { } name ? Find(networks, name, external: false, "--network, or `network` under openstack") : null,
                options.SecurityGroups.Count > 0 ? options.SecurityGroups : await GroupAsync(cancellationToken) is { } group ? [group] : [],
                options.FloatingNetwork is { } outside ? Find(networks, outside, external: true, "`floating_network` under openstack") : null);
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>Has the cloud asked again for a run: something of it is gone.</summary>
    public async Task ForgetAsync(string run, CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken);
        _known.Remove(run);
        _asking.Release();
    }

    /// <summary>Removes the key pairs that this process made.</summary>
    /// <returns>Their names.</returns>
    public async Task<IReadOnlyList<string>> RemoveKeyPairsAsync(CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken);
        try
        {
            var removed = new List<string>();
            foreach (var name in _keyPairs.ToList())
            {
                if (await cloud.Compute.DeleteKeyPairAsync(name, cancellationToken))
                    removed.Add(name);
                _keyPairs.Remove(name);
            }

            _known.Clear();
            return removed;
        }
        finally
        {
            _asking.Release();
        }
    }

    // Each process its own: it takes it away when it ends, whoever else works on the run.
    private async Task<string> KeyPairAsync(RunStamp stamp, string publicKey, CancellationToken cancellationToken)
    {
        var name = stamp.Name($"{options.Lab[..6]}-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}");
        _keyPairs.Add(name);

        if (await cloud.Compute.FindKeyPairAsync(name, cancellationToken) is { } there)
        {
            // The comment is all that a key pair can tell of whose it is. A dead process that had our id may have left one.
            if (there.PublicKey.Contains(ControllerProcess.Current.ToString().Replace(' ', '_'), StringComparison.Ordinal))
                return name;
            await cloud.Compute.DeleteKeyPairAsync(name, cancellationToken);
        }

        var marked = $"{string.Join(' ', publicKey.Split(' ').Take(2))} {stamp.Description("servers")}";
        await cloud.Compute.CreateKeyPairAsync(name, marked, cancellationToken);
        return name;
    }

    // One for the cluster, while there is anything of it. Servers reach each other by any port, and are reached by SSH.
    private async Task<string?> GroupAsync(CancellationToken cancellationToken)
    {
        var name = GroupName(options.Cluster);
        if (!await cloud.Network.HasSecurityGroupsAsync(cancellationToken))
            return null;
        if ((await cloud.Network.SecurityGroupsAsync(name, cancellationToken)).Count > 0)
            return name;
        var stamp = new RunStamp { Setup = options.Cluster, Run = options.Cluster, Owner = Environment.UserName };
        var group = await cloud.Network.CreateSecurityGroupAsync(name, stamp.Description("servers"), cancellationToken);
        foreach (var rule in Rules.Append(new SecurityRule(null, FromGroup: group.Id)))
            await cloud.Network.AddRuleAsync(group.Id, rule, cancellationToken);
        return name;
    }

    private static string Find(IReadOnlyList<Network> all, string name, bool external, string where) => all.FirstOrDefault(n => n.Name == name || n.Id == name)?.Id
        ?? throw new ConfigurationException($"the cloud has no network '{name}'{NearMiss.Hint(name, [.. all.Where(n => n.IsExternal == external).Select(n => n.Name)])} ({where})");
}
