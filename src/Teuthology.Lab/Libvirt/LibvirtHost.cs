using System.Globalization;
using System.Xml.Linq;

namespace Teuthology.Lab;

/// <summary>One libvirt with what was found out about it.</summary>
/// <param name="uri">Its connection URI.</param>
/// <param name="options">Pool, acceleration, whose machines.</param>
/// <param name="directory">Where what was found out is noted.</param>
/// <param name="time">Clock.</param>
internal sealed class LibvirtHost(string uri, LibvirtOptions options, string directory, TimeProvider time)
{
    // A host may get other hardware, or another kernel.
    private static readonly TimeSpan Valid = TimeSpan.FromDays(1);
    private readonly SemaphoreSlim _probing = new(1, 1);

    /// <summary>Speaks to it.</summary>
    public Virsh Virsh { get; } = new(uri);

    /// <summary>Its disks.</summary>
    public GuestVolumes Volumes { get; } = new(new Virsh(uri), options.Pool);

    /// <summary>Why it cannot carry machines, and what to do; null when it can.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<string?> ObstacleAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Virsh.RunAsync(["uri"], cancellationToken);
        }
        catch (TeuthologyException e)
        {
            return $"{e.Message}; start libvirtd there, or set another uri or vpshost";
        }

        var pools = await Virsh.LinesAsync(["pool-list", "--name"], cancellationToken);
        return pools.Contains(options.Pool)
            ? null
            : $"{Virsh.Uri} has no running storage pool '{options.Pool}' (it has: {string.Join(", ", pools.DefaultIfEmpty("none"))}): virsh -c {Virsh.Uri} pool-define-as {options.Pool} dir --target /var/lib/libvirt/images && virsh -c {Virsh.Uri} pool-start {options.Pool}";
    }

    /// <summary>The domain type to use: KVM where it is wanted and runs guests.</summary>
    /// <param name="progress">Told when there is no KVM; may be null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TeuthologyException">Kind Infrastructure: KVM is required, and runs no guests.</exception>
    public async Task<string> DomainTypeAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        if (options.Accel == "tcg")
            return "qemu";
        await _probing.WaitAsync(cancellationToken);
        try
        {
            var fault = await KvmFaultAsync(progress, cancellationToken);
            if (fault is null)
                return "kvm";
            if (options.Accel == "kvm")
                throw new TeuthologyException(FailureKind.Infrastructure, $"KVM does not run guests on {Virsh.Uri}: {fault}; accel: auto takes emulation there");
            progress?.Report($"WARNING: {Virsh.Uri} emulates the processor, which is ten times slower: {fault}");
            return "qemu";
        }
        finally
        {
            _probing.Release();
        }
    }

    /// <summary>Networks that libvirt has and that run.</summary>
    public Task<IReadOnlyList<string>> NetworksAsync(CancellationToken cancellationToken) => Virsh.LinesAsync(["net-list", "--name"], cancellationToken);

    /// <summary>Domains with the marks that we gave them; null marks those that somebody else made.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<(string Name, (string Lab, long Fence, string Owner)? Mark)>> DomainsAsync(CancellationToken cancellationToken)
    {
        var domains = new List<(string, (string, long, string)?)>();
        foreach (var name in await Virsh.LinesAsync(["list", "--all", "--name"], cancellationToken))
        {
            // One that goes away meanwhile is not there.
            if (await Virsh.RunUnlessAsync(Virsh.NoDomain, ["dumpxml", name], cancellationToken) is { } xml)
                domains.Add((name, DomainXml.MarkOf(xml)));
        }

        return domains;
    }

    private async Task<string?> KvmFaultAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        var note = Path.Combine(directory, $"kvm-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Virsh.Uri)))[..12]}");
        if (File.Exists(note) && time.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(note) < Valid)
            return await File.ReadAllTextAsync(note, cancellationToken) is { Length: > 0 } noted ? noted : null;
        var types = XElement.Parse(await Virsh.RunAsync(["capabilities"], cancellationToken)).Descendants("domain").Select(d => (string?)d.Attribute("type"));
        string? fault = "it has no KVM: no /dev/kvm there, or no rights on it";
        if (types.Contains("kvm"))
        {
            progress?.Report($"trying KVM on {Virsh.Uri}");
            fault = await new AccelProbe(Virsh, Volumes, time).FaultAsync("kvm", $"teuthology-probe-{options.Lab}-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}", cancellationToken);
        }

        await File.WriteAllTextAsync(note, fault ?? "", cancellationToken);
        return fault;
    }
}
