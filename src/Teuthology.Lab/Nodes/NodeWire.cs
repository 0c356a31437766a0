using System.Text.Json.Nodes;

namespace Teuthology.Lab;

/// <summary>A machine as a lock server answers it.</summary>
public static class NodeWire
{
    /// <summary>
    /// Writes the object: the fourteen keys of paddles, always there and in its order; behind them <c>fence</c> and <c>expires_at</c> of a lease,
    /// which paddles does not know.
    /// </summary>
    /// <param name="node">The machine.</param>
    /// <param name="host">The machine that carries it, when it is a virtual one and the carrier is known.</param>
    public static JsonObject Write(NodeRecord node, NodeRecord? host = null)
    {
        var wire = new JsonObject
        {
            ["name"] = node.Name,
            ["description"] = node.Description,
            ["up"] = node.Up,
            ["machine_type"] = node.MachineType.Length == 0 ? null : node.MachineType,
            ["is_vm"] = node.IsVm,
            ["vm_host"] = host is null ? null : Write(host),
            ["os_type"] = node.OsType,
            ["os_version"] = node.OsVersion,
            ["arch"] = node.Arch,
            ["locked"] = node.Locked,
            ["locked_since"] = WireTime.Write(node.LockedSince?.UtcDateTime),
            ["locked_by"] = node.LockedBy,
            ["mac_address"] = node.MacAddress,
            ["ssh_pub_key"] = node.SshPubKey,
        };
        if (node is { Locked: true, ExpiresAt: not null })
            AddLease(wire, node);
        return wire;
    }

    /// <summary>Reads the object, of paddles or ours.</summary>
    /// <param name="wire">The object.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public static NodeRecord Read(JsonNode? wire)
    {
        try
        {
            var node = wire?.AsObject() ?? throw new FormatException("null instead of a machine");
            return new NodeRecord
            {
                Name = (string?)node["name"] ?? throw new FormatException("a machine without a name"),
                Description = (string?)node["description"],
                Up = (bool?)node["up"] ?? false,
                MachineType = (string?)node["machine_type"] ?? "",
                IsVm = (bool?)node["is_vm"] ?? false,
                VmHost = (string?)(node["vm_host"] as JsonObject)?["name"],
                OsType = (string?)node["os_type"],
                OsVersion = (string?)node["os_version"],
                Arch = (string?)node["arch"],
                Locked = (bool?)node["locked"] ?? false,
                LockedSince = Time(node, "locked_since"),
                LockedBy = (string?)node["locked_by"],
                MacAddress = (string?)node["mac_address"],
                SshPubKey = (string?)node["ssh_pub_key"],
                Fence = (long?)node["fence"] ?? 0,
                ExpiresAt = Time(node, "expires_at"),
            };
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException($"no machine: {e.Message}", e);
        }
    }

    /// <summary>What an answer to a lock of one machine says.</summary>
    /// <param name="node">The machine, after it.</param>
    public static JsonObject WriteLock(NodeRecord node)
    {
        var wire = new JsonObject
        {
            ["name"] = node.Name,
            ["locked"] = node.Locked,
            ["locked_by"] = node.LockedBy,
            ["machine_type"] = node.MachineType.Length == 0 ? null : node.MachineType,
            ["is_vm"] = node.IsVm,
        };
        if (node is { Locked: true, ExpiresAt: not null })
            AddLease(wire, node);
        return wire;
    }

    private static void AddLease(JsonObject wire, NodeRecord node)
    {
        wire["fence"] = node.Fence;
        wire["expires_at"] = WireTime.Write(node.ExpiresAt?.UtcDateTime);
    }

    private static DateTimeOffset? Time(JsonObject node, string key) => WireTime.TryParse((string?)node[key], out var time) ? time : null;
}
