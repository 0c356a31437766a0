using System.Globalization;

namespace Teuthology.Scheduling;

/// <summary>Ids of jobs: digits.</summary>
internal static class QueueNumber
{
    /// <summary>The number; -1, which no job has, for what is none.</summary>
    public static long Read(string id) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    public static string Write(long number) => number.ToString(CultureInfo.InvariantCulture);
}
