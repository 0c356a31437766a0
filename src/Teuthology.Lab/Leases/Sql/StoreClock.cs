using System.Globalization;

namespace Teuthology.Lab;

/// <summary>
/// The time of a store that the processes of one host share: the kernel's monotonic clock, which they all read alike, and a base that the first of them
/// in this boot wrote into the file. Somebody who sets the wall clock neither ends leases nor prolongs them.
/// </summary>
/// <param name="time">The process's clocks.</param>
/// <param name="baseline">What to add to the monotonic clock, in milliseconds.</param>
internal sealed class StoreClock(TimeProvider time, long baseline)
{
    public long Now => baseline + Monotonic(time);

    /// <summary>The base that makes this clock agree with the wall clock now.</summary>
    public static long Baseline(TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds() - Monotonic(time);

    /// <summary>Names the boot, and the clock where a process was given another one than the kernel's.</summary>
    public static string Boot(TimeProvider time) =>
        time == TimeProvider.System ? ControllerProcess.Current.BootId : string.Create(CultureInfo.InvariantCulture, $"{ControllerProcess.Current.BootId} {time.TimestampFrequency}");

    private static long Monotonic(TimeProvider time) => (long)(time.GetTimestamp() * (Int128)1000 / time.TimestampFrequency);
}
