using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Teuthology.OpenStack;

/// <summary>A microversion of a service's API: 2.9 comes before 2.10.</summary>
/// <param name="Major">Before the dot.</param>
/// <param name="Minor">Behind it.</param>
public readonly record struct Microversion(int Major, int Minor) : IComparable<Microversion>
{
    /// <summary>Reads <c>2.90</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="version">What it says.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out Microversion version)
    {
        version = default;
        if (text?.Split('.') is not [var major, var minor]
            || !int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var before)
            || !int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var behind))
            return false;
        version = new Microversion(before, behind);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(Microversion other) => Major != other.Major ? Major.CompareTo(other.Major) : Minor.CompareTo(other.Minor);

    /// <summary>Whether it is older.</summary>
    public static bool operator <(Microversion left, Microversion right) => left.CompareTo(right) < 0;

    /// <summary>Whether it is newer.</summary>
    public static bool operator >(Microversion left, Microversion right) => left.CompareTo(right) > 0;

    /// <summary>Whether it is older, or the same.</summary>
    public static bool operator <=(Microversion left, Microversion right) => left.CompareTo(right) <= 0;

    /// <summary>Whether it is newer, or the same.</summary>
    public static bool operator >=(Microversion left, Microversion right) => left.CompareTo(right) >= 0;

    /// <summary><c>2.90</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}
