using System.Text.Json;
using System.Text.Json.Nodes;

namespace Teuthology.Lab;

/// <summary>Changes of a machine as upstream's clients send them: keys by paddles' column names; a key that is absent changes nothing.</summary>
public static class NodeUpdateWire
{
    /// <summary>Reads a body. Keys that are no column of a machine are ignored, as paddles does; who holds it is read elsewhere.</summary>
    /// <param name="body">The body.</param>
    /// <exception cref="NodeRefusedException">A value is not of its column's kind, or longer than paddles' column.</exception>
    public static NodeUpdate Parse(JsonObject body) => new()
    {
        Up = Truth(body, "up"),
        IsVm = Truth(body, "is_vm"),
        MachineType = Text(body, "machine_type", 32) is { } type ? type.Value ?? "" : null,
        Description = Text(body, "description", int.MaxValue),
        Arch = Text(body, "arch", 16),
        OsType = Text(body, "os_type", 32),
        OsVersion = Text(body, "os_version", 16),
        MacAddress = Text(body, "mac_address", 17),
        SshPubKey = Text(body, "ssh_pub_key", int.MaxValue),
        VmHost = Text(body, "vm_host", 256),
        DownReason = Text(body, "down_reason", int.MaxValue),
    };

    /// <summary>Writes such a body.</summary>
    /// <param name="change">What changes.</param>
    public static JsonObject Write(NodeUpdate change)
    {
        var body = new JsonObject();
        if (change.Up is { } up)
            body["up"] = up;
        if (change.IsVm is { } isVm)
            body["is_vm"] = isVm;
        if (change.MachineType is { } type)
            body["machine_type"] = type;
        foreach (var (key, value) in new[]
        {
            ("description", change.Description), ("arch", change.Arch), ("os_type", change.OsType), ("os_version", change.OsVersion),
            ("mac_address", change.MacAddress), ("ssh_pub_key", change.SshPubKey), ("vm_host", change.VmHost), ("down_reason", change.DownReason),
        })
        {
            if (value is { } given)
                body[key] = given.Value;
        }

        return body;
    }

    /// <summary>A truth value of a body; null when it is absent or null.</summary>
    /// <param name="body">The body.</param>
    /// <param name="key">Its key.</param>
    /// <exception cref="NodeRefusedException">It is something else.</exception>
    public static bool? Truth(JsonObject body, string key) => body[key]?.GetValueKind() switch
    {
        null or JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Refused($"{key} must be true or false, not {body[key]!.ToJsonString()}"),
    };

    /// <summary>A text of a body, a number too; null when the key is absent.</summary>
    /// <param name="body">The body.</param>
    /// <param name="key">Its key.</param>
    /// <param name="width">How many characters it may have.</param>
    /// <exception cref="NodeRefusedException">It is something else, or too long.</exception>
    public static Change<string?>? Text(JsonObject body, string key, int width)
    {
        if (!body.TryGetPropertyValue(key, out var value))
            return null;
        var text = value?.GetValueKind() switch
        {
            null or JsonValueKind.Null => null,
            JsonValueKind.String => (string?)value,
            JsonValueKind.Number => value.ToJsonString(),
            _ => throw Refused($"{key} must be a text"),
        };
        if (text?.Length > width)
            throw Refused($"{key} must have at most {width} characters");
        if (text?.Contains('\0') == true)
            throw Refused($"{key} must not contain NUL characters");
        return new Change<string?>(text);
    }

    private static NodeRefusedException Refused(string message) => new(NodeRefusal.Invalid, message);
}
