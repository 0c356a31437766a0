using Teuthology.Lab;

namespace Teuthology.Server;

/// <summary>What the page of machines shows.</summary>
internal sealed record NodesView(IReadOnlyList<NodeRecord> Nodes, string? MachineType, string? State, IReadOnlyList<QueuePlace> Waiting, DateTimeOffset Now)
{
    public IEnumerable<string> MachineTypes => Nodes.Select(node => node.MachineType).Distinct().Order(StringComparer.Ordinal);

    public IReadOnlyList<NodeRecord> Shown { get; } =
        [.. Nodes.Where(node => (MachineType is null || node.MachineType == MachineType) && (State is null || StateOf(node) == State))];

    /// <summary>One word for a machine.</summary>
    public static string StateOf(NodeRecord node) => !node.Up ? "down" : node.Locked ? "locked" : "free";

    /// <summary>Number of machines by that word.</summary>
    public IEnumerable<KeyValuePair<string, int>> Counts => Nodes.Where(node => MachineType is null || node.MachineType == MachineType).CountBy(StateOf).OrderBy(state => state.Key, StringComparer.Ordinal);
}
