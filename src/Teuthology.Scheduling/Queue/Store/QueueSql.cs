using Teuthology.Sql;

namespace Teuthology.Scheduling;

/// <summary>The statements of the queue, for both databases.</summary>
/// <param name="now">Milliseconds since 1970 by the clock that all users of the database share, as a part of a statement.</param>
/// <param name="isPostgres">Whether rows that another statement has in hand are to be passed over; SQLite has one writer at a time.</param>
internal sealed class QueueSql(Func<FormattableString> now, bool isPostgres)
{
    private FormattableString Skip => isPostgres ? (FormattableString)$"FOR UPDATE SKIP LOCKED" : $"";

    public FormattableString Put(NewQueueJob job, string text, string request) => $"""
        INSERT INTO jobs (request, tube, priority, run, description, document, since)
        VALUES ({request}, {job.Tube}, {job.Priority}, {job.Document.Get("name") as string ?? ""}, {job.Document.Get("description") as string}, {text}, {now()})
        ON CONFLICT (request) DO UPDATE SET request = excluded.request RETURNING id
        """;

    public static FormattableString Know(string tube) => $"INSERT INTO tubes (name) VALUES ({tube}) ON CONFLICT (name) DO NOTHING";

    public FormattableString Take(string tube, string worker, string process, string claim, TimeSpan lease) => $"""
        UPDATE jobs SET worker = {worker}, process = {process}, claim = {claim}, fence = fence + 1, attempts = attempts + 1, taken_at = {now()}, expires_at = {now()} + {Milliseconds(lease)}
        WHERE id = (
            SELECT id FROM jobs WHERE tube = {tube} AND worker IS NULL AND ended_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM tubes WHERE name = {tube} AND paused = 1 AND (paused_until IS NULL OR paused_until > {now()}))
            ORDER BY priority, id LIMIT 1 {Skip})
        RETURNING id, tube, priority, document, attempts, fence
        """;

    // Found again when the answer of the take was lost.
    public static FormattableString Taken(string claim) => $"SELECT id, tube, priority, document, attempts, fence FROM jobs WHERE claim = {claim}";

    public FormattableString Renew(QueueClaim claim, TimeSpan lease) =>
        $"UPDATE jobs SET expires_at = {now()} + {Milliseconds(lease)} WHERE {Mine(claim)} RETURNING id";

    public FormattableString Adopt(QueueClaim claim, string worker, string process, TimeSpan lease) =>
        $"UPDATE jobs SET worker = {worker}, process = {process}, expires_at = {now()} + {Milliseconds(lease)} WHERE {Mine(claim)} RETURNING id";

    public FormattableString Finish(QueueClaim claim) =>
        $"UPDATE jobs SET {Ended("finished")}, ended_at = {now()} WHERE {Mine(claim)} RETURNING id";

    public static FormattableString Finished(QueueClaim claim) =>
        $"SELECT id FROM jobs WHERE id = {QueueNumber.Read(claim.Id)} AND fence = {claim.Fence} AND ended_at IS NOT NULL";

    public FormattableString Return(QueueClaim claim, string reason, bool isTry) =>
        $"UPDATE jobs SET {Ended(reason)}, attempts = attempts - {(isTry ? 0L : 1L)} WHERE {Mine(claim)} RETURNING id";

    public FormattableString Expire() =>
        $"UPDATE jobs SET {Ended("lost: its worker was silent for too long")} WHERE id IN (SELECT id FROM jobs WHERE worker IS NOT NULL AND expires_at <= {now()} {Skip})";

    public FormattableString ExpireProcess(string process) =>
        $"UPDATE jobs SET {Ended("lost: its worker's process is gone")} WHERE id IN (SELECT id FROM jobs WHERE worker IS NOT NULL AND process = {process} {Skip})";

    public static FormattableString Processes => $"SELECT DISTINCT process FROM jobs WHERE worker IS NOT NULL";

    public FormattableString Delete(long id, string reason) =>
        $"UPDATE jobs SET history = history || {Line(0, $"{now()}", reason, $"'-'")}, ended_at = {now()} WHERE id = {id} AND worker IS NULL AND ended_at IS NULL RETURNING id";

    public FormattableString Forget(TimeSpan age) => $"DELETE FROM jobs WHERE ended_at < {now()} - {Milliseconds(age)}";

    public static FormattableString List(QueueQuery query)
    {
        FormattableString ofTube = query.Tube is { } tube ? (FormattableString)$"AND tube = {tube}" : $"";
        FormattableString ofRun = query.RunName is { } run ? (FormattableString)$"AND run = {run}" : $"";
        FormattableString limit = query.Count is { } count ? (FormattableString)$"LIMIT {(long)count}" : $"";
        // Between the jobs of one run there may be others; without that, whoever reads can count.
        FormattableString place = query.RunName is null
            ? (FormattableString)$"CAST(NULL AS BIGINT) AS place FROM jobs"
            : $"""
                place FROM jobs LEFT JOIN (
                    SELECT id AS waiting_id, row_number() OVER (PARTITION BY tube ORDER BY priority, id) AS place FROM jobs WHERE worker IS NULL AND ended_at IS NULL {ofTube}
                ) AS line ON waiting_id = id
                """;
        // Each part by the index that has its order; one statement, so that no job is in both or in neither.
        FormattableString columns = $"SELECT id, tube, priority, run, description, document, since, attempts, worker, taken_at";
        return $"""
            SELECT * FROM ({columns}, CAST(NULL AS BIGINT) AS place FROM jobs WHERE worker IS NOT NULL {ofTube} {ofRun} ORDER BY tube, priority, id) AS held
            UNION ALL
            SELECT * FROM ({columns}, {place} WHERE worker IS NULL AND ended_at IS NULL {ofTube} {ofRun} ORDER BY tube, priority, id {limit}) AS waiting
            """;
    }

    public static FormattableString History(long id) => $"SELECT history, attempts, worker, taken_at FROM jobs WHERE id = {id}";

    public FormattableString Tubes() => $"""
        SELECT name, CASE WHEN paused = 1 AND (paused_until IS NULL OR paused_until > {now()}) THEN 1 ELSE 0 END AS paused, paused_by, reason, paused_until,
            (SELECT count(*) FROM jobs WHERE tube = name AND worker IS NULL AND ended_at IS NULL) AS waiting,
            (SELECT count(*) FROM jobs WHERE tube = name AND worker IS NOT NULL) AS in_hand
        FROM tubes ORDER BY name
        """;

    public static FormattableString Pause(string tube, QueuePause pause) => $"""
        INSERT INTO tubes (name, paused, paused_by, reason, paused_until) VALUES ({tube}, 1, {pause.By}, {pause.Reason}, {Milliseconds(pause.Until)})
        ON CONFLICT (name) DO UPDATE SET paused = 1, paused_by = excluded.paused_by, reason = excluded.reason, paused_until = excluded.paused_until
        """;

    public static FormattableString Resume(string tube) => $"UPDATE tubes SET paused = 0, paused_by = NULL, reason = NULL, paused_until = NULL WHERE name = {tube}";

    private static FormattableString Mine(QueueClaim claim) => $"id = {QueueNumber.Read(claim.Id)} AND fence = {claim.Fence} AND worker IS NOT NULL";

    private FormattableString Ended(string how) =>
        $"history = history || {Line(null, $"taken_at", how, $"worker")}, worker = NULL, process = NULL, claim = NULL, taken_at = NULL, expires_at = NULL";

    // NUMBER, FROM, TO, HOW, WORKER with tabs between, a line each.
    private FormattableString Line(int? number, FormattableString from, string how, FormattableString worker)
    {
        FormattableString counted = number is { } fixedNumber ? (FormattableString)$"{(long)fixedNumber}" : $"attempts";
        return $"CAST({counted} AS TEXT) || '\t' || CAST({from} AS TEXT) || '\t' || CAST({now()} AS TEXT) || '\t' || CAST({QueueHistory.Clean(how)} AS TEXT) || '\t' || {worker} || '\n'";
    }

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;

    private static long? Milliseconds(DateTime? time) => time is { } moment ? new DateTimeOffset(moment, TimeSpan.Zero).ToUnixTimeMilliseconds() : null;
}
