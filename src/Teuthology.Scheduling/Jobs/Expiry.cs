using System.Globalization;
using System.Text.RegularExpressions;

namespace Teuthology.Scheduling;

/// <summary>When jobs expire, as users write it.</summary>
public static partial class Expiry
{
    /// <summary>Reads a moment or a time from now.</summary>
    /// <param name="text">ISO 8601, <c>YYYY-MM-DD_HH:MM:SS</c> (UTC unless a zone is named), or a number with s, m, h, d or w.</param>
    /// <param name="now">The time.</param>
    /// <returns>In UTC.</returns>
    /// <exception cref="ConfigurationException">It is none of these, or in the past.</exception>
    public static DateTimeOffset Read(string text, DateTimeOffset now)
    {
        var expiry = Offset(text, now)
            ?? (DateTimeOffset.TryParse(text.Replace('_', 'T'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : (DateTimeOffset?)null)
            ?? throw new ConfigurationException($"Offsets must either be an ISO 8601-formatted timestamp or a relative value like '2w', '1d', '7h', '45m', '90s'. Got: {text}");
        return expiry > now
            ? expiry.ToUniversalTime()
            : throw new ConfigurationException($"Refusing to schedule because the expiration date is in the past: {text}");
    }

    private static DateTimeOffset? Offset(string text, DateTimeOffset now)
    {
        if (Relative().Match(text) is not { Success: true } match)
            return null;
        var seconds = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 7 * 86400 };
        return now.AddSeconds(double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * seconds);
    }

    [GeneratedRegex("^([0-9]{1,8})[smhdw]$")]
    private static partial Regex Relative();
}
