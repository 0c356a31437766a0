using System.Text.Json.Nodes;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>A machine as the lock server answers it.</summary>
public static class NodeWire
{
    /// <summary>Writes the object; its fourteen keys are always there.</summary>
    /// <param name="node">The machine.</param>
    public static JsonObject Write(NodeRecord node) => new()
    {
        ["name"] = node.Name,
        ["description"] = node.Description,
        ["up"] = node.Up,
        ["machine_type"] = node.MachineType,
        ["is_vm"] = node.IsVm,
        ["vm_host"] = null,
        ["os_type"] = node.OsType,
        ["os_version"] = node.OsVersion,
        ["arch"] = node.Arch,
        ["locked"] = node.Locked,
        ["locked_since"] = WireTime.Write(node.LockedSince?.UtcDateTime),
        ["locked_by"] = node.LockedBy,
        ["mac_address"] = node.MacAddress,
        ["ssh_pub_key"] = node.SshPubKey,
    };
}
