namespace Teuthology.Lab;

/// <summary>The SQL of leases. Whatever decides who holds a machine is one statement, so there is no moment between look and leap.</summary>
internal sealed class LeaseStatements(LeaseDialect sql)
{
    // How a turn ended is for the log, which a trigger keeps.
    private static FormattableString Freed(FormattableString now, string how) =>
        $"locked = 0, locked_by = NULL, locked_since = NULL, heartbeat_at = NULL, expires_at = NULL, controller = NULL, ended = {how}, changed_at = {now}";

    /// <summary>The processes that hold machines by leases, or wait for some.</summary>
    public static FormattableString Controllers => $"""
        SELECT controller FROM nodes WHERE locked = 1 AND controller IS NOT NULL AND expires_at > 0
        UNION SELECT controller FROM waiters
        """;

    /// <summary>Takes as many free machines as asked for, or none when fewer are free that nobody in front may want.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="id">Number of the claim: what it took is found again by it.</param>
    /// <param name="ticket">Those with a lower one come first.</param>
    /// <param name="duration">How long the lease holds, in milliseconds; null for ever.</param>
    public ClaimAttempt Claim(ClaimRequest request, string id, long ticket, long? duration)
    {
        return new ClaimAttempt(request.Count, Take, Free, () => Claimed(id));

        FormattableString Take(ClaimReach reach)
        {
            var now = sql.Now();
            FormattableString set = $"""
                locked = 1, locked_by = {request.Owner}, description = {request.Description}, locked_since = {now}, heartbeat_at = {now},
                expires_at = {now} + CAST({duration} AS BIGINT), controller = {request.Controller?.ToString()}, request = {id}, changed_at = {now}
                """;
            return sql.Claim(request.Count, Takeable(request, ticket, now), set, now, reach);
        }

        FormattableString Free() => $"SELECT count(*) FROM nodes WHERE {Takeable(request, ticket, sql.Now())}";
    }

    /// <summary>What the claim of that number took.</summary>
    public FormattableString Claimed(string id) => $"SELECT {LeaseDialect.NodeColumns(sql.Now())} FROM nodes WHERE locked = 1 AND request = {id}";

    /// <summary>Moves the end of a lease that is still whole; touches nothing when a machine of it was lost.</summary>
    public FormattableString Renew(Lease lease, long? duration)
    {
        var now = sql.Now();
        return sql.Update($"heartbeat_at = {now}, expires_at = {now} + CAST({duration} AS BIGINT)", Held(lease), now, lease.Nodes.Count);
    }

    /// <summary>Cuts a lease loose from its process: what is left of it holds until its new end.</summary>
    public FormattableString Keep(Lease lease, long? duration)
    {
        var now = sql.Now();
        return sql.Update($"expires_at = {now} + CAST({duration} AS BIGINT), controller = NULL", Held(lease), now);
    }

    /// <summary>Moves the end of holds of an owner.</summary>
    public FormattableString Hold(string owner, IReadOnlyList<string> names, long? duration)
    {
        var now = sql.Now();
        return sql.Update(
            $"expires_at = {now} + CAST({duration} AS BIGINT), heartbeat_at = {now}",
            $"{sql.In($"name", names)} AND locked = 1 AND locked_by = {owner} AND controller IS NULL", now, names.Count);
    }

    /// <summary>Frees what the lease still holds; a machine that another one took has that one's fence.</summary>
    public FormattableString Release(Lease lease)
    {
        var now = sql.Now();
        return sql.Update(Freed(now, "released"), Held(lease), now);
    }

    /// <summary>Frees machines by their owner's name, whatever their lease says.</summary>
    public FormattableString Break(string owner, IReadOnlyList<string>? names)
    {
        var now = sql.Now();
        FormattableString which = names is null ? (FormattableString)$"1 = 1" : sql.In($"name", names);
        return sql.Update(Freed(now, "broken"), $"locked = 1 AND locked_by = {owner} AND {which}", now);
    }

    /// <summary>Frees a machine for its owner and, unless that is null or empty, its description.</summary>
    public FormattableString Unlock(string name, string owner, string? description)
    {
        var now = sql.Now();
        return sql.Update(
            Freed(now, "broken"),
            $"name = {name} AND locked = 1 AND locked_by = {owner} AND (coalesce({description}, '') = '' OR description = {description})", now);
    }

    /// <summary>Frees machines of an owner, all or none.</summary>
    public FormattableString UnlockAll(IReadOnlyList<string> names, string owner)
    {
        var now = sql.Now();
        return sql.Update(Freed(now, "broken"), $"{sql.In($"name", names)} AND locked = 1 AND locked_by = {owner}", now, names.Count);
    }

    /// <summary>Ends the leases of a process that is gone; the machines stay locked, and free for the taking.</summary>
    public FormattableString EndLeasesOf(string controller) =>
        sql.Update($"expires_at = 0", $"controller = {controller} AND locked = 1 AND expires_at > 0", sql.Now());

    /// <summary>Frees what is over: holds with an end at once, leases that somebody renewed when they are long over.</summary>
    public FormattableString Sweep(long grace)
    {
        var now = sql.Now();
        return sql.Update(Freed(now, "expired"), $"locked = 1 AND (expires_at <= {now} - {grace} OR (controller IS NULL AND expires_at <= {now}))", now);
    }

    private FormattableString Takeable(ClaimRequest request, long ticket, FormattableString now)
    {
        var terms = MachineTerms.Of(request);
        FormattableString inUse = request.Names is null ? $"(nodes.up = 1 OR nodes.name = {Probe(terms, now)})" : (FormattableString)$"1 = 1";
        return $"""
            {Unheld($"nodes", now)} AND {inUse} AND {Fit($"nodes", terms)}
            AND NOT EXISTS (SELECT 1 FROM waiters WHERE ticket < {ticket} AND {WaiterMayWant(now)})
            """;
    }

    private FormattableString Held(Lease lease) => $"{sql.In($"name", lease.Nodes)} AND fence = {lease.Fence} AND locked = 1";

    private static FormattableString Unheld(FormattableString table, FormattableString now) => $"({table}.locked = 0 OR {table}.expires_at <= {now})";

    // Of the machines that health took out a claim tries one: the one that has waited longest.
    private FormattableString Probe(MachineTerms terms, FormattableString now) => $"""
        (SELECT p.name FROM nodes AS p WHERE p.up = 0 AND p.retry_at <= {now} AND {Unheld($"p", now)} AND {Fit($"p", terms)}
         ORDER BY p.retry_at, p.name LIMIT 1)
        """;

    private FormattableString Fit(FormattableString table, MachineTerms terms)
    {
        FormattableString fit = $"1 = 1";
        if (terms.MachineTypes.Count > 0)
            fit = $"{fit} AND {sql.In($"{table}.machine_type", terms.MachineTypes)}";
        if (terms.OsType is not null)
            fit = $"{fit} AND {table}.os_type = {terms.OsType}";
        if (terms.OsVersion is not null)
            fit = $"{fit} AND {table}.os_version = {terms.OsVersion}";
        if (terms.Arch is not null)
            fit = $"{fit} AND {table}.arch = {terms.Arch}";
        if (terms.Names is not null)
            fit = $"{fit} AND {sql.In($"{table}.name", terms.Names)}";
        return fit;
    }

    private FormattableString WaiterMayWant(FormattableString now) => $"""
        waiters.expires_at > {now}
        AND (waiters.machine_types IS NULL OR {sql.Contains($"waiters.machine_types", $"nodes.machine_type")})
        AND (waiters.os_type IS NULL OR waiters.os_type = nodes.os_type)
        AND (waiters.os_version IS NULL OR waiters.os_version = nodes.os_version)
        AND (waiters.arch IS NULL OR waiters.arch = nodes.arch)
        AND (waiters.names IS NULL OR {sql.Contains($"waiters.names", $"nodes.name")})
        """;
}
