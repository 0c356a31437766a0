using System.Text.Json;

namespace Teuthology.Lab;

/// <summary>The SQL of those who wait.</summary>
internal sealed class QueueStatements(LeaseDialect sql)
{
    /// <summary>Who waits, first come first.</summary>
    public FormattableString Waiters => $"SELECT {Columns(sql.Now())} FROM waiters ORDER BY ticket";

    /// <summary>Stands at the end of the queue; asked twice under one number, it is one place.</summary>
    public FormattableString Enqueue(ClaimRequest request, string id, string controller, long patience)
    {
        var now = sql.Now();
        var terms = MachineTerms.Of(request);
        return $"""
            INSERT INTO waiters (request, owner, description, machine_types, os_type, os_version, arch, names, count, since, expires_at, controller)
            VALUES ({id}, {request.Owner}, {request.Description ?? ""}, {List(terms.MachineTypes)}, {terms.OsType}, {terms.OsVersion}, {terms.Arch},
                {List(terms.Names)}, {(long)request.Count}, {now}, {now} + {patience}, {controller})
            ON CONFLICT (request) DO UPDATE SET expires_at = excluded.expires_at
            RETURNING {Columns(now)}
            """;
    }

    /// <summary>Shows that the one who waits is still there.</summary>
    public FormattableString Keep(long ticket, long patience) => $"UPDATE waiters SET expires_at = {sql.Now()} + {patience} WHERE ticket = {ticket}";

    /// <summary>Leaves the queue.</summary>
    public static FormattableString Leave(long ticket) => $"DELETE FROM waiters WHERE ticket = {ticket}";

    /// <summary>Takes a process that is gone out of the queue.</summary>
    public static FormattableString LeaveAll(string controller) => $"DELETE FROM waiters WHERE controller = {controller}";

    /// <summary>Takes those out that did not show themselves for long.</summary>
    public FormattableString Sweep(long grace) => $"DELETE FROM waiters WHERE expires_at <= {sql.Now()} - {grace}";

    private static FormattableString Columns(FormattableString now) =>
        $"ticket, owner, description, machine_types, os_type, os_version, arch, names, count, since, expires_at, controller, {now} AS store_now";

    private static string? List(IReadOnlyList<string>? values) => values is null or [] ? null : JsonSerializer.Serialize(values);
}
