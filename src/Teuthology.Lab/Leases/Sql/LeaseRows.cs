using System.Data.Common;
using System.Text.Json;
using Teuthology.Sql;

namespace Teuthology.Lab;

/// <summary>Reads rows of the store. Its times are told by the reader's clock, so that they can be compared with it.</summary>
/// <param name="time">The reader's clock.</param>
internal sealed class LeaseRows(TimeProvider time)
{
    // Clocks of two hosts never agree to the last bit; what people and logs compare should not jitter for that.
    private const long Agreed = 2000;

    public NodeRecord Node(DbDataReader row) => new()
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
        VmHost = row.Text("vm_host"),
        Failures = (int)row.Whole("failures")!.Value,
        DownReason = row.Text("down_reason"),
        DownSince = Time(row, "down_since"),
        RetryAt = Time(row, "retry_at"),
    };

    public WaiterRecord Waiter(DbDataReader row) => new()
    {
        Ticket = row.Whole("ticket")!.Value,
        Owner = row.Text("owner")!,
        Description = row.Text("description")!,
        Terms = new MachineTerms(List(row, "machine_types") ?? [], row.Text("os_type"), row.Text("os_version"), row.Text("arch"), List(row, "names")),
        Count = (int)row.Whole("count")!.Value,
        Since = Time(row, "since")!.Value,
        ExpiresAt = Time(row, "expires_at")!.Value,
        Controller = row.Text("controller")!,
    };

    public LeaseTurn Turn(DbDataReader row) => new(
        row.Text("node")!, row.Text("machine_type")!, row.Text("owner"), row.Text("description"), row.Whole("fence")!.Value,
        Time(row, "from_at")!.Value, Time(row, "to_at")!.Value, row.Text("how")!);

    private static List<string>? List(DbDataReader row, string column) =>
        row.Text(column) is { } json ? JsonSerializer.Deserialize<List<string>>(json) : null;

    // Whole numbers compare in SQL as the times do; SQLite has no type for time. 0 ends the lease of a dead process whatever the clocks say.
    private DateTimeOffset? Time(DbDataReader row, string column)
    {
        if (row.Whole(column) is not { } milliseconds)
            return null;
        var ahead = time.GetUtcNow().ToUnixTimeMilliseconds() - row.Whole("store_now")!.Value;
        var shown = milliseconds == 0 || Math.Abs(ahead) < Agreed ? milliseconds : milliseconds + ahead;
        return DateTimeOffset.FromUnixTimeMilliseconds(shown);
    }
}
