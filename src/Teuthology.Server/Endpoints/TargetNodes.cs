using System.Text.Json.Nodes;
using Teuthology.Lab;

namespace Teuthology.Server;

/// <summary>Makes the machines that jobs tell of and nobody knew.</summary>
internal static class TargetNodes
{
    /// <summary>Adds those of them that are missing; they are not up until somebody says so.</summary>
    public static async Task EnsureAsync(INodeDirectory nodes, IReadOnlyList<string> names, JsonObject job, CancellationToken cancellationToken)
    {
        var type = NodeUpdateWire.Text(job, "machine_type", int.MaxValue)?.Value ?? "";
        foreach (var name in names.Where(name => name.Length <= 256))
        {
            if (await nodes.FindAsync(name, cancellationToken) is not null)
                continue;
            try
            {
                await nodes.CreateAsync(name, new NodeUpdate { MachineType = type, Up = false }, cancellationToken);
            }
            catch (NodeRefusedException) when (!cancellationToken.IsCancellationRequested)
            {
                // Another job told of it at the same moment.
                continue;
            }
        }
    }
}
