namespace Teuthology.Lab;

/// <summary>The SQL of machines and their facts.</summary>
internal sealed class NodeStatements(LeaseDialect sql)
{
    /// <summary>Milliseconds by the store's clock.</summary>
    public FormattableString Now => sql.Now();

    /// <summary>All machines.</summary>
    public FormattableString All => $"SELECT {LeaseDialect.NodeColumns(sql.Now())} FROM nodes";

    /// <summary>One machine.</summary>
    public FormattableString One(string name) => $"SELECT {LeaseDialect.NodeColumns(sql.Now())} FROM nodes WHERE name = {name}";

    /// <summary>Adds a machine, or brings its facts up to date; its lock is left alone.</summary>
    public static FormattableString Register(NodeRecord node) => $"""
        {Insert(node)}
        ON CONFLICT (name) DO UPDATE SET
            machine_type = excluded.machine_type, is_vm = excluded.is_vm, arch = coalesce(excluded.arch, nodes.arch),
            os_type = coalesce(excluded.os_type, nodes.os_type), os_version = coalesce(excluded.os_version, nodes.os_version),
            mac_address = coalesce(excluded.mac_address, nodes.mac_address), ssh_pub_key = coalesce(excluded.ssh_pub_key, nodes.ssh_pub_key),
            vm_host = coalesce(excluded.vm_host, nodes.vm_host)
        WHERE (nodes.machine_type, nodes.is_vm, nodes.arch, nodes.os_type, nodes.os_version, nodes.mac_address, nodes.ssh_pub_key, nodes.vm_host)
            IS DISTINCT FROM (excluded.machine_type, excluded.is_vm, coalesce(excluded.arch, nodes.arch), coalesce(excluded.os_type, nodes.os_type),
                coalesce(excluded.os_version, nodes.os_version), coalesce(excluded.mac_address, nodes.mac_address),
                coalesce(excluded.ssh_pub_key, nodes.ssh_pub_key), coalesce(excluded.vm_host, nodes.vm_host))
        """;

    /// <summary>Adds a machine unless there is one of that name.</summary>
    public static FormattableString Create(NodeRecord node) => $"{Insert(node)} ON CONFLICT (name) DO NOTHING";

    /// <summary>Forgets a machine.</summary>
    public static FormattableString Delete(string name) => $"DELETE FROM nodes WHERE name = {name}";

    /// <summary>Writes down what a machine turned out to be, unless its lease was lost meanwhile.</summary>
    public static FormattableString Describe(long fence, Machine machine) => $"""
        UPDATE nodes SET ssh_pub_key = {machine.HostKey}, os_type = {machine.OsType}, os_version = {machine.OsVersion}, arch = {machine.Arch}
        WHERE name = {machine.Name} AND fence = {fence} AND locked = 1
        """;

    /// <summary>Changes what the update names.</summary>
    public FormattableString Update(string name, NodeUpdate update)
    {
        var now = sql.Now();
        var up = update.Up is { } value ? Number(value) : (long?)null;
        FormattableString set = $"""
            up = coalesce(CAST({up} AS BIGINT), up),
            failures = CASE WHEN CAST({up} AS BIGINT) = 1 THEN 0 ELSE failures END,
            retry_at = CASE WHEN CAST({up} AS BIGINT) IS NULL THEN retry_at END,
            down_since = CASE WHEN CAST({up} AS BIGINT) = 1 THEN NULL WHEN CAST({up} AS BIGINT) = 0 THEN coalesce(down_since, {now}) ELSE down_since END,
            down_reason = CASE WHEN CAST({up} AS BIGINT) = 1 THEN NULL WHEN {Given(update.DownReason)} = 1 THEN {Value(update.DownReason)} ELSE down_reason END,
            machine_type = coalesce(CAST({update.MachineType} AS TEXT), machine_type),
            is_vm = coalesce(CAST({(update.IsVm is { } vm ? Number(vm) : (long?)null)} AS BIGINT), is_vm),
            description = {New($"description", update.Description)}, arch = {New($"arch", update.Arch)}, vm_host = {New($"vm_host", update.VmHost)},
            os_type = {New($"os_type", update.OsType)}, os_version = {New($"os_version", update.OsVersion)},
            mac_address = {New($"mac_address", update.MacAddress)}, ssh_pub_key = {New($"ssh_pub_key", update.SshPubKey)}
            """;
        return sql.Update(set, $"name = {name}", now);
    }

    /// <summary>Counts a failure and takes the machine out at the limit. One that a person took out is left as it is.</summary>
    public FormattableString Failed(string name, string reason, int limit, long? retryAfter)
    {
        var now = sql.Now();
        FormattableString retry = $"{now} + CAST({retryAfter} AS BIGINT)";
        FormattableString set = $"""
            failures = failures + 1,
            up = CASE WHEN failures + 1 >= {(long)limit} THEN 0 ELSE up END,
            down_reason = CASE WHEN failures + 1 >= {(long)limit} THEN {reason} ELSE down_reason END,
            down_since = CASE WHEN failures + 1 >= {(long)limit} THEN coalesce(down_since, {now}) ELSE down_since END,
            retry_at = CASE WHEN failures + 1 >= {(long)limit} THEN {retry} ELSE retry_at END
            """;
        return sql.Update(set, $"name = {name} AND (up = 1 OR retry_at IS NOT NULL)", now);
    }

    /// <summary>Forgets failures and puts the machine back if they had taken it out.</summary>
    public FormattableString Succeeded(string name) => sql.Update(
        $"failures = 0, up = 1, down_reason = NULL, down_since = NULL, retry_at = NULL",
        $"name = {name} AND (failures > 0 OR up = 0) AND (up = 1 OR retry_at IS NOT NULL)",
        sql.Now());

    /// <summary>The turns of machines, newest first; null for all machines.</summary>
    public FormattableString Turns(string? name, int most) => $"""
        SELECT node, machine_type, owner, description, fence, from_at, to_at, how, {sql.Now()} AS store_now FROM lease_log
        WHERE CAST({name} AS TEXT) IS NULL OR node = CAST({name} AS TEXT) ORDER BY fence DESC, node LIMIT {(long)most}
        """;

    private static FormattableString Insert(NodeRecord node) => $"""
        INSERT INTO nodes (name, machine_type, arch, is_vm, vm_host, os_type, os_version, mac_address, ssh_pub_key, up, description)
        VALUES ({node.Name}, {node.MachineType}, {node.Arch}, {Number(node.IsVm)}, {node.VmHost}, {node.OsType}, {node.OsVersion}, {node.MacAddress},
            {node.SshPubKey}, {Number(node.Up)}, {node.Description})
        """;

    private static FormattableString New(FormattableString column, Change<string?>? change) =>
        $"CASE WHEN {Given(change)} = 1 THEN {Value(change)} ELSE {column} END";

    private static FormattableString Given(Change<string?>? change) => $"CAST({(change is null ? 0L : 1L)} AS BIGINT)";

    private static FormattableString Value(Change<string?>? change) => $"CAST({change?.Value} AS TEXT)";

    private static long Number(bool value) => value ? 1 : 0;
}
