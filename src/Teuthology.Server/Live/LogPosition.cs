using System.Globalization;

namespace Teuthology.Server;

/// <summary>A place in a log: the beginning of a line.</summary>
/// <param name="Offset">Bytes from the start.</param>
internal readonly record struct LogPosition(long Offset)
{
    /// <summary>Reads what <see cref="ToString"/> wrote; null when it is something else.</summary>
    public static LogPosition? Read(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? new LogPosition(offset) : null;

    public override string ToString() => Offset.ToString(CultureInfo.InvariantCulture);
}
