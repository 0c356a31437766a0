using System.Collections.Concurrent;

namespace Teuthology.Lab;

/// <summary>Which libvirt carries which machine.</summary>
/// <param name="options">URI and host of the type.</param>
/// <param name="site">Lock server and domain.</param>
/// <param name="http">Client for the lock server.</param>
/// <param name="directory">Where findings about hosts are noted.</param>
/// <param name="time">Clock.</param>
internal sealed class LibvirtHosts(LibvirtOptions options, SiteConfig site, HttpClient http, string directory, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, LibvirtHost> _hosts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _carriers = new(StringComparer.Ordinal);

    /// <summary>Files of libvirt's client configuration.</summary>
    public IReadOnlyList<string> AliasFiles { get; init; } = LibvirtAliases.Files();

    /// <summary>The libvirt of a machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the lock server does not tell.</exception>
    public async Task<LibvirtHost> OfAsync(MachineEntry machine, CancellationToken cancellationToken) => Of(await UriOfAsync(machine, cancellationToken));

    /// <summary>Every libvirt that carries one of the machines, once.</summary>
    public async Task<IReadOnlyList<LibvirtHost>> OfAsync(IEnumerable<MachineEntry> machines, CancellationToken cancellationToken) =>
        [.. (await Task.WhenAll(machines.Select(m => OfAsync(m, cancellationToken)))).DistinctBy(h => h.Virsh.Uri)];

    private LibvirtHost Of(string uri) => _hosts.GetOrAdd(uri, key => new LibvirtHost(key, options, directory, time));

    private async Task<string> UriOfAsync(MachineEntry machine, CancellationToken cancellationToken)
    {
        if (options.Uri is { } fixedUri && !fixedUri.Contains("{vpshost}", StringComparison.Ordinal))
            return fixedUri;
        var host = machine.VmHost ?? options.VpsHost ?? await CarrierAsync(machine.Name, cancellationToken);
        if (host is null)
            return options.Uri is null ? "qemu:///system" : throw new ConfigurationException($"nobody tells which host carries {machine.Name}, and '{options.Uri}' needs it: set vpshost for the machine or its type, or a lock_server that knows");
        return options.Uri?.Replace("{vpshost}", host, StringComparison.Ordinal) ?? LibvirtAliases.UriOf(host, AliasFiles);
    }

    private async Task<string?> CarrierAsync(string name, CancellationToken cancellationToken)
    {
        if (site.LockServer is not { } url)
            return null;
        if (_carriers.TryGetValue(name, out var known))
            return known;
        var full = site.LabDomain.Length > 0 && !name.Contains('.', StringComparison.Ordinal) ? $"{name}.{site.LabDomain.TrimStart('.')}" : name;
        // Its disposal would close the client, which is not this call's alone.
        var host = (await new ServerDirectory(http, url).FindAsync(full, cancellationToken))?.VmHost;
        return host is { Length: > 0 } ? _carriers[name] = host : null;
    }
}
