using System.Globalization;

namespace Teuthology.Lab;

/// <summary>
/// For each lease a directory of links to its machines' consoles, as long as it lasts: <c>n1.log</c>, <c>n2.log</c>, …
/// Who wants to keep them copies them before the lease ends.
/// </summary>
internal sealed class LeaseLogs(LeaseStore store)
{
    private readonly string _root = Path.Combine(store.LocalDirectory, "consoles");

    /// <summary>Makes the directory of a lease.</summary>
    /// <returns>Its path; null when no machine of the kind has a console.</returns>
    public string? Open(Lease lease, IProvisioner provisioner)
    {
        var consoles = lease.Nodes.Select(name => (Name: name, Log: provisioner.ConsoleLogOf(name))).Where(c => c.Log is not null).ToList();
        if (consoles.Count == 0)
            return null;
        var directory = Directory.CreateDirectory(Of(lease.Fence)).FullName;
        foreach (var (name, log) in consoles)
            File.CreateSymbolicLink(Path.Combine(directory, $"{name}.log"), log!);
        return directory;
    }

    /// <summary>Removes the directory of a lease, and when it was the last one all of them.</summary>
    public void Close(long fence)
    {
        try
        {
            Directory.Delete(Of(fence), recursive: true);
            Directory.Delete(_root);
        }
        catch (IOException)
        {
            // There was none, or there are others.
        }
    }

    /// <summary>Removes those of leases that are over.</summary>
    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(_root))
            return;
        var found = Directory.GetDirectories(_root).Select(d => long.Parse(Path.GetFileName(d), CultureInfo.InvariantCulture)).ToList();
        var held = (await store.ListAsync(cancellationToken)).Where(n => n.Locked).Select(n => n.Fence).ToHashSet();
        foreach (var fence in found.Where(f => !held.Contains(f)))
            Close(fence);
    }

    private string Of(long fence) => Path.Combine(_root, fence.ToString(CultureInfo.InvariantCulture));
}
