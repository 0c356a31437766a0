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
        null => Record?.Up == false ? "out" : "absent",
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
        ["in_use"] = Record?.Up ?? true,
        ["failures"] = Record?.Failures ?? 0,
        ["down_reason"] = Record?.DownReason,
        ["retry_at"] = WireTime.Write(Record?.RetryAt?.UtcDateTime),
        ["description"] = Record?.Locked == true ? Record.Description : null,
    };

    /// <summary>Why it is out of use, or how often it failed; null when all is well.</summary>
    public string? Trouble => Record switch
    {
        { Up: false } taken => $"{Name} is out of use: {taken.DownReason ?? "somebody took it out"}{(taken.RetryAt is { } at ? $"; tried again after {WireTime.Write(at.UtcDateTime)![..19]} UTC" : $"; `teuthology lock --update --status up {Name}` puts it back")}",
        { Failures: > 0 } ill => $"{Name} failed {(ill.Failures == 1 ? "once" : $"{ill.Failures} times in a row")} of late",
        _ => null,
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
