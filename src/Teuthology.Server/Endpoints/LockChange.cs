using System.Text.Json.Nodes;
using Teuthology.Lab;

namespace Teuthology.Server;

/// <summary>What a request says about the lock of a machine.</summary>
internal sealed record LockChange(bool Locked, string? Owner, Change<string?>? Description, TimeSpan? Lease, string? RequestId)
{
    /// <summary>Reads it; null when the request says nothing about a lock.</summary>
    /// <exception cref="NodeRefusedException">A value makes no sense.</exception>
    public static LockChange? Read(JsonObject body) => NodeUpdateWire.Truth(body, "locked") is { } locked ? Read(body, locked) : null;

    /// <summary>Reads the terms of a lock, or an unlock.</summary>
    /// <exception cref="NodeRefusedException">A value makes no sense.</exception>
    public static LockChange Read(JsonObject body, bool locked) => new(
        locked,
        NodeUpdateWire.Text(body, "locked_by", 64)?.Value,
        NodeUpdateWire.Text(body, "description", int.MaxValue),
        JsonBody.Seconds(body, "lease_seconds"),
        NodeUpdateWire.Text(body, "request_id", 64)?.Value);

    /// <summary>The terms.</summary>
    /// <param name="description">What for.</param>
    public LockTerms Terms(string? description) => new() { Owner = Owner ?? "", Description = description, Lease = Lease, RequestId = RequestId };

    /// <exception cref="NodeRefusedException">Nobody is named for whom.</exception>
    public void RequireOwner()
    {
        if (string.IsNullOrEmpty(Owner))
            throw new NodeRefusedException(NodeRefusal.Invalid, $"Cannot {(Locked ? "lock" : "unlock")} without specifying locked_by");
    }
}
