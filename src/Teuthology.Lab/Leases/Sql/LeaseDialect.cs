namespace Teuthology.Lab;

/// <summary>What the two databases say differently.</summary>
internal abstract class LeaseDialect
{
    /// <summary>The columns of a machine, with the time of the store beside.</summary>
    /// <param name="now">The time of the store.</param>
    public static FormattableString NodeColumns(FormattableString now) => $"""
        name, description, up, machine_type, arch, is_vm, vm_host, os_type, os_version, locked, locked_by, locked_since, mac_address,
        ssh_pub_key, fence, heartbeat_at, expires_at, controller, failures, down_reason, down_since, retry_at, {now} AS store_now
        """;

    /// <summary>Milliseconds since 1970 by the clock that decides when leases end.</summary>
    public abstract FormattableString Now();

    /// <summary>Whether a text is one of the values.</summary>
    public abstract FormattableString In(FormattableString text, IReadOnlyList<string> values);

    /// <summary>Whether a text is in a column's JSON list.</summary>
    public abstract FormattableString Contains(FormattableString list, FormattableString text);

    /// <summary>Changes machines; those of one statement are taken in one order, so that two statements never wait for each other.</summary>
    /// <param name="set">The new values.</param>
    /// <param name="where">Which machines.</param>
    /// <param name="now">The time of the store.</param>
    /// <param name="all">Change none unless there are so many; null for whatever there is.</param>
    public abstract FormattableString Update(FormattableString set, FormattableString where, FormattableString now, int? all = null);

    /// <summary>Takes the first machines that are there for the taking, or none when they are too few.</summary>
    /// <param name="count">How many.</param>
    /// <param name="where">Which machines come into question.</param>
    /// <param name="set">The new values, but for the fence.</param>
    /// <param name="now">The time of the store.</param>
    /// <param name="reach">How far to go for them.</param>
    public abstract FormattableString Claim(int count, FormattableString where, FormattableString set, FormattableString now, ClaimReach reach);
}
