using System.Text.Json.Nodes;
using Spectre.Console;
using Teuthology.Lab;
using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary>A machine in <c>lab status</c>: what the provisioner sees and what the leases say.</summary>
internal sealed record NodeRow(string Name, NodeStatus? Node, NodeRecord? Record)
{
    private string State => Node switch
    {
        null => "absent",
        { Up: true } => "up",
        _ => "broken",
    };

    public JsonObject Json() => new()
    {
        ["name"] = Name,
        ["state"] = State,
        ["address"] = Node?.Address,
        ["process"] = Node?.Process,
        ["since"] = WireTime.Write(Node?.Since?.UtcDateTime),
        ["locked"] = Record?.Locked ?? false,
        ["locked_by"] = Record?.LockedBy,
        ["locked_since"] = WireTime.Write(Record?.LockedSince?.UtcDateTime),
        ["description"] = Record?.Locked == true ? Record.Description : null,
    };

    public Text[] Cells() =>
    [
        new(Name),
        StatusText.Of(State),
        new(Node?.Address ?? ""),
        new(WireTime.Write(Node?.Since?.UtcDateTime)?[..19] ?? ""),
        new(Record?.Locked == true ? Record.LockedBy ?? "?" : "nobody"),
        new(Record?.Locked == true ? Record.Description ?? "" : ""),
    ];
}
