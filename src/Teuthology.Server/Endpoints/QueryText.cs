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
