using Teuthology.Lab;

namespace Teuthology.Server;

/// <summary>The machines that carry the virtual ones of an answer.</summary>
internal sealed class Carriers
{
    private readonly Dictionary<string, NodeRecord> _nodes = new(StringComparer.Ordinal);

    /// <summary>Looks them up, where there are any.</summary>
    public static async Task<Carriers> OfAsync(IReadOnlyList<NodeRecord> nodes, INodeDirectory directory, CancellationToken cancellationToken)
    {
        var carriers = new Carriers();
        foreach (var name in nodes.Select(node => node.VmHost).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if ((nodes.FirstOrDefault(node => node.Name == name) ?? await directory.FindAsync(name, cancellationToken)) is { } host)
                carriers._nodes[name] = host;
        }

        return carriers;
    }

    public NodeRecord? Of(NodeRecord node) => node.VmHost is { } name ? _nodes.GetValueOrDefault(name) : null;
}
