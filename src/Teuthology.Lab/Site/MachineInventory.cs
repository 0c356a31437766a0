namespace Teuthology.Lab;

/// <summary>The machines of a type: those that the configuration names, and those that the store has of it (<c>teuthology lock</c> and paddles' API put them there).</summary>
/// <param name="type">The type.</param>
/// <param name="store">The store.</param>
internal sealed class MachineInventory(MachineTypeSettings type, LeaseStore store)
{
    private volatile IReadOnlyList<MachineEntry> _entries = type.Machines;

    /// <summary>Names of the machines as of the last look, those of the configuration first.</summary>
    public IReadOnlyList<string> Names => [.. _entries.Select(e => e.Name)];

    /// <summary>Looks into the store.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<MachineEntry>> ReadAsync(CancellationToken cancellationToken)
    {
        var stored = (await store.ListAsync(cancellationToken)).Where(n => n.MachineType == type.Name).ToDictionary(n => n.Name, StringComparer.Ordinal);
        var configured = type.Machines.Select(entry => stored.TryGetValue(entry.Name, out var node) ? Filled(entry, node) : entry);
        var more = stored.Values.Where(n => type.Machines.All(e => e.Name != n.Name)).Select(n => Filled(new MachineEntry { Name = n.Name }, n));
        return _entries = [.. configured, .. more];
    }

    /// <summary>Tells the store what the configuration knows of its machines.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public Task RegisterAsync(CancellationToken cancellationToken) => store.RegisterAsync(
        type.Machines.Select(e => new NodeRecord
        {
            Name = e.Name,
            MachineType = type.Name,
            OsType = e.OsType ?? type.OsType,
            OsVersion = e.OsVersion ?? type.OsVersion,
            Arch = e.Arch,
            SshPubKey = e.HostKey,
            MacAddress = e.MacAddress,
        }),
        cancellationToken);

    /// <summary>What is known of a machine.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ConfigurationException">There is no such machine.</exception>
    public MachineEntry Of(string name) => _entries.FirstOrDefault(e => e.Name == name)
        ?? throw new ConfigurationException($"there is no machine '{name}' of type {type.Name}{NearMiss.Hint(name, [.. Names])}", type.Mark);

    // The host key of a machine that gets new systems is the store's business only until the next one.
    private static MachineEntry Filled(MachineEntry entry, NodeRecord node) => entry with
    {
        HostKey = entry.HostKey ?? (node.SshPubKey is { Length: > 0 } key ? string.Join(' ', key.Split(' ').Take(2)) : null),
        MacAddress = entry.MacAddress ?? node.MacAddress,
        VmHost = entry.VmHost ?? node.VmHost,
        Arch = entry.Arch ?? node.Arch,
    };
}
