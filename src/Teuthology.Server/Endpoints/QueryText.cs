using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Teuthology.Server;

/// <summary>Reads query parameters; unknown ones are nobody's concern, as with the results server.</summary>
internal sealed class QueryText(IQueryCollection query)
{
    /// <summary>The first thing that was wrong, or null.</summary>
    public string? Error { get; private set; }

    /// <summary>A text; null when absent or empty.</summary>
    public string? Text(string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>A day, <c>YYYY-MM-DD</c>, <c>today</c> or <c>yesterday</c>; its first moment.</summary>
    public DateTime? Day(string name, TimeProvider time)
    {
        if (Text(name) is not { } text)
            return null;
        if (TryReadDay(text, time) is { } day)
            return day;
        Error ??= BadDay;
        return null;
    }

    /// <summary>What a day that is none is answered with.</summary>
    public const string BadDay = "date format must match %Y-%m-%d";

    /// <summary>Reads a day; null when it is none.</summary>
    public static DateTime? TryReadDay(string text, TimeProvider time) => text switch
    {
        "today" => DateTime.SpecifyKind(time.GetLocalNow().Date, DateTimeKind.Utc),
        "yesterday" => DateTime.SpecifyKind(time.GetLocalNow().Date.AddDays(-1), DateTimeKind.Utc),
        _ => DateTime.TryParseExact(text, "yyyy-M-d", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var day) ? day : null,
    };

    /// <summary>A number of 0 or more.</summary>
    [return: NotNullIfNotNull(nameof(fallback))]
    public int? Number(string name, int? fallback)
    {
        if (Text(name) is not { } text)
            return fallback;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        Error ??= $"{name} must be an integer";
        return fallback ?? 0;
    }

    /// <summary>A truth value in any of the spellings of upstream's clients.</summary>
    public bool? Truth(string name)
    {
        switch (Text(name))
        {
            case null:
                return null;
            case "1" or "True" or "true":
                return true;
            case "0" or "False" or "false":
                return false;
            default:
                Error ??= $"{name} must be 1, 0, true or false";
                return null;
        }
    }
}
