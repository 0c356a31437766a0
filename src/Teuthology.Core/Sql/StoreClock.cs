using System.Data.Common;
using System.Globalization;

namespace Teuthology.Sql;

/// <summary>
/// The time of a store that the processes of one host share: the kernel's monotonic clock, which they all read alike, and a base that the first of them
/// in this boot wrote into the file. Somebody who sets the wall clock neither ends leases nor prolongs them.
/// </summary>
/// <param name="time">The process's clocks.</param>
/// <param name="baseline">What to add to the monotonic clock, in milliseconds.</param>
public sealed class StoreClock(TimeProvider time, long baseline)
{
    /// <summary>Makes the table of bases, as a step of a SQLite schema.</summary>
    public const string Table = "CREATE TABLE clock (boot TEXT NOT NULL PRIMARY KEY, base INTEGER NOT NULL);";

    /// <summary>Milliseconds since 1970.</summary>
    public long Now => baseline + Monotonic(time);

    /// <summary>The clock of a file with <see cref="Table"/>: who comes first in this boot sets it, the others read what it wrote.</summary>
    /// <param name="connection">Open.</param>
    /// <param name="time">The process's clocks.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<StoreClock> OpenAsync(DbConnection connection, TimeProvider time, CancellationToken cancellationToken)
    {
        var boot = Boot(time);
        for (; ;)
        {
            var known = await connection.QueryAsync($"SELECT base FROM clock WHERE boot = {boot}", row => row.GetInt64(0), null, cancellationToken);
            if (known is [var baseline])
                return new StoreClock(time, baseline);
            await connection.ExecuteAsync($"INSERT INTO clock (boot, base) VALUES ({boot}, {Baseline(time)}) ON CONFLICT DO NOTHING", null, cancellationToken);
        }
    }

    private static long Baseline(TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds() - Monotonic(time);

    // Names the boot, and the clock where a process was given another one than the kernel's.
    private static string Boot(TimeProvider time) =>
        time == TimeProvider.System ? ControllerProcess.Current.BootId : string.Create(CultureInfo.InvariantCulture, $"{ControllerProcess.Current.BootId} {time.TimestampFrequency}");

    private static long Monotonic(TimeProvider time) => (long)(time.GetTimestamp() * (Int128)1000 / time.TimestampFrequency);
}
