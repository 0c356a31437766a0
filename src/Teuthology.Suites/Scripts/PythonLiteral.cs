using System.Globalization;
using System.Text;
using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>Python's <c>repr()</c> of dates, bytes and sets.</summary>
internal static class PythonLiteral
{
    public static string Of(object value) => value switch
    {
        DateOnly date => string.Create(CultureInfo.InvariantCulture, $"datetime.date({date.Year}, {date.Month}, {date.Day})"),
        DateTimeOffset time => Moment(time.DateTime, $", tzinfo={Zone(time.Offset)}"),
        DateTime time => Moment(time, ""),
        byte[] bytes => Bytes(bytes),
        YamlSet { Count: 0 } => "set()",
        YamlSet set => $"{{{string.Join(", ", set.Members.Select(PythonText.Repr))}}}",
        _ => throw new ArgumentException($"{value.GetType().Name} has no such form", nameof(value)),
    };

    private static string Moment(DateTime time, string zone)
    {
        var micros = time.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond;
        var seconds = micros > 0 ? $", {time.Second}, {micros}" : time.Second > 0 ? $", {time.Second}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"datetime.datetime({time.Year}, {time.Month}, {time.Day}, {time.Hour}, {time.Minute}{seconds}{zone})");
    }

    private static string Zone(TimeSpan offset)
    {
        if (offset == TimeSpan.Zero)
            return "datetime.timezone.utc";
        var before = offset < TimeSpan.Zero ? "days=-1, " : "";
        var seconds = (offset + (before.Length > 0 ? TimeSpan.FromDays(1) : TimeSpan.Zero)).TotalSeconds;
        return string.Create(CultureInfo.InvariantCulture, $"datetime.timezone(datetime.timedelta({before}seconds={seconds:0}))");
    }

    private static string Bytes(byte[] bytes)
    {
        var quote = bytes.Contains((byte)'\'') && !bytes.Contains((byte)'"') ? '"' : '\'';
        var text = new StringBuilder("b").Append(quote);
        foreach (var b in bytes)
        {
            _ = (char)b switch
            {
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\\' => text.Append("\\\\"),
                var c when c == quote => text.Append('\\').Append(c),
                >= ' ' and <= '~' => text.Append((char)b),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}"),
            };
        }

        return text.Append(quote).ToString();
    }
}
