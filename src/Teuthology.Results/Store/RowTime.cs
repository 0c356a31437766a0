using System.Data.Common;

namespace Teuthology.Results;

/// <summary>Times of rows.</summary>
internal static class RowTime
{
    /// <summary>Time of a column, UTC as everything in the store; SQLite forgets the zone. Null for NULL.</summary>
    public static DateTime? Time(this DbDataReader row, string column) =>
        row.GetOrdinal(column) is var ordinal && row.IsDBNull(ordinal) ? null : DateTime.SpecifyKind(row.GetDateTime(ordinal), DateTimeKind.Utc);
}
