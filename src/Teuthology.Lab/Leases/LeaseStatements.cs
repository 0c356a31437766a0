namespace Teuthology.Lab;

/// <summary>The SQL of the store. Whatever decides who holds a machine is one statement, so there is no moment between look and leap.</summary>
internal static class LeaseStatements
{
    /// <summary>All machines.</summary>
    public static FormattableString Nodes => $"SELECT * FROM nodes";

    /// <summary>Who waits, first come first.</summary>
    public static FormattableString Waiters => $"SELECT * FROM waiters ORDER BY ticket";

    /// <summary>The processes that hold machines by leases, or wait for some.</summary>
    public static FormattableString Controllers => $"""
        SELECT controller FROM nodes WHERE locked AND controller IS NOT NULL AND expires_at > 0
        UNION SELECT controller FROM waiters
        """;

    /// <summary>Takes the first N free machines, or none when fewer are free or somebody waits in front.</summary>
    public static FormattableString Claim(ClaimRequest request, string? among, long ticket, long now, long until) => $"""
        WITH free AS (
            SELECT name, locked FROM nodes
            WHERE up AND machine_type = {request.MachineType}
              AND (NOT locked OR expires_at <= {now})
              AND ({among} IS NULL OR name IN (SELECT value FROM json_each({among}))))
        UPDATE nodes SET
            locked = 1, locked_by = {request.Owner}, description = {request.Description}, locked_since = {now},
            heartbeat_at = {now}, expires_at = {until}, controller = {request.Controller?.ToString()}, fence = picked.next_fence
        FROM (
            SELECT name AS picked_name,
                   1 + max((SELECT coalesce(max(fence), 0) FROM nodes), (SELECT value FROM fence_floor)) AS next_fence
            FROM free
            WHERE (SELECT count(*) FROM free) >= {request.Count}
              AND NOT EXISTS (SELECT 1 FROM waiters
                  WHERE ticket < {ticket} AND machine_type = {request.MachineType} AND waiters.expires_at > {now})
            ORDER BY locked, length(name), name LIMIT {request.Count}) AS picked
        WHERE nodes.name = picked.picked_name
        RETURNING *
        """;

    /// <summary>Moves the end of a lease that is still whole; touches nothing when a machine of it was lost.</summary>
    public static FormattableString Renew(Lease lease, long now, long until) => $"""
        UPDATE nodes SET heartbeat_at = {now}, expires_at = {until}
        WHERE fence = {lease.Fence} AND locked
          AND (SELECT count(*) FROM nodes WHERE fence = {lease.Fence} AND locked) = {lease.Nodes.Count}
        """;

    /// <summary>Cuts a lease loose from its process.</summary>
    public static FormattableString Keep(long fence, long until) =>
        $"UPDATE nodes SET expires_at = {until}, controller = NULL WHERE fence = {fence} AND locked";

    /// <summary>Frees what the lease still holds; a machine that another one took has that one's fence.</summary>
    public static FormattableString Release(long fence) => $"""
        UPDATE nodes SET locked = 0, locked_by = NULL, locked_since = NULL, heartbeat_at = NULL, expires_at = NULL, controller = NULL
        WHERE fence = {fence} AND locked
        """;

    /// <summary>Frees machines by their owner's name, whatever their lease says.</summary>
    public static FormattableString Break(string owner, string? names) => $"""
        UPDATE nodes SET locked = 0, locked_by = NULL, locked_since = NULL, heartbeat_at = NULL, expires_at = NULL, controller = NULL
        WHERE locked AND locked_by = {owner} AND ({names} IS NULL OR name IN (SELECT value FROM json_each({names})))
        RETURNING *
        """;

    /// <summary>Ends the leases of a process that is gone; the machines stay locked, and free for the taking.</summary>
    public static FormattableString EndLeasesOf(string controller) =>
        $"UPDATE nodes SET expires_at = 0 WHERE controller = {controller} AND locked AND expires_at > 0";

    /// <summary>Takes a process that is gone out of the queue.</summary>
    public static FormattableString LeaveQueue(string controller) => $"DELETE FROM waiters WHERE controller = {controller}";

    /// <summary>Adds a machine, or brings its facts up to date; its lock is left alone.</summary>
    public static FormattableString Register(NodeRecord node) => $"""
        INSERT INTO nodes (name, machine_type, arch, is_vm, os_type, os_version, mac_address, ssh_pub_key, up)
        VALUES ({node.Name}, {node.MachineType}, {node.Arch}, {node.IsVm}, {node.OsType}, {node.OsVersion}, {node.MacAddress}, {node.SshPubKey}, {node.Up})
        ON CONFLICT (name) DO UPDATE SET
            machine_type = excluded.machine_type, is_vm = excluded.is_vm, arch = coalesce(excluded.arch, arch),
            os_type = coalesce(excluded.os_type, os_type), os_version = coalesce(excluded.os_version, os_version),
            mac_address = coalesce(excluded.mac_address, mac_address), ssh_pub_key = coalesce(excluded.ssh_pub_key, ssh_pub_key)
        WHERE (machine_type, is_vm, arch, os_type, os_version, mac_address, ssh_pub_key) IS NOT
            (excluded.machine_type, excluded.is_vm, coalesce(excluded.arch, arch), coalesce(excluded.os_type, os_type),
             coalesce(excluded.os_version, os_version), coalesce(excluded.mac_address, mac_address), coalesce(excluded.ssh_pub_key, ssh_pub_key))
        """;

    /// <summary>Notes what a freshly imaged machine turned out to be, as long as the lease holds it.</summary>
    public static FormattableString Describe(long fence, Machine machine) => $"""
        UPDATE nodes SET ssh_pub_key = {machine.HostKey}, os_type = {machine.OsType}, os_version = {machine.OsVersion}, arch = {machine.Arch}
        WHERE name = {machine.Name} AND fence = {fence} AND locked
        """;

    /// <summary>Takes a machine out of use, or puts it back.</summary>
    public static FormattableString SetUp(string name, bool up) => $"UPDATE nodes SET up = {up} WHERE name = {name}";

    /// <summary>Stands at the end of the queue.</summary>
    public static FormattableString Enqueue(ClaimRequest request, string controller, long now, long until) => $"""
        INSERT INTO waiters (owner, description, machine_type, count, since, expires_at, controller)
        VALUES ({request.Owner}, {request.Description}, {request.MachineType}, {request.Count}, {now}, {until}, {controller})
        RETURNING *
        """;

    /// <summary>Shows that the one who waits is still there.</summary>
    public static FormattableString KeepTicket(long ticket, long until) => $"UPDATE waiters SET expires_at = {until} WHERE ticket = {ticket}";

    /// <summary>Leaves the queue.</summary>
    public static FormattableString Dequeue(long ticket) => $"DELETE FROM waiters WHERE ticket = {ticket}";
}
