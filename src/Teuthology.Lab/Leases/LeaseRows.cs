using System.Data.Common;
using Teuthology.Sql;

namespace Teuthology.Lab;

/// <summary>Reads rows of the store.</summary>
internal static class LeaseRows
{
    public static NodeRecord Node(DbDataReader row) => new()
    {
        Name = row.Text("name")!,
        Description = row.Text("description"),
        Up = row.Whole("up") != 0,
        MachineType = row.Text("machine_type")!,
        Arch = row.Text("arch"),
        IsVm = row.Whole("is_vm") != 0,
        OsType = row.Text("os_type"),
        OsVersion = row.Text("os_version"),
        Locked = row.Whole("locked") != 0,
        LockedBy = row.Text("locked_by"),
        LockedSince = Time(row, "locked_since"),
        MacAddress = row.Text("mac_address"),
        SshPubKey = row.Text("ssh_pub_key"),
        Fence = row.Whole("fence")!.Value,
        HeartbeatAt = Time(row, "heartbeat_at"),
        ExpiresAt = Time(row, "expires_at"),
        Controller = row.Text("controller"),
    };

    public static WaiterRecord Waiter(DbDataReader row) => new()
    {
        Ticket = row.Whole("ticket")!.Value,
        Owner = row.Text("owner")!,
        Description = row.Text("description")!,
        MachineType = row.Text("machine_type")!,
        Count = (int)row.Whole("count")!.Value,
        Since = Time(row, "since")!.Value,
        ExpiresAt = Time(row, "expires_at")!.Value,
        Controller = row.Text("controller")!,
    };

    // Whole numbers compare in SQL as the times do; SQLite has no type for time.
    private static DateTimeOffset? Time(DbDataReader row, string column) =>
        row.Whole(column) is { } milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
}
