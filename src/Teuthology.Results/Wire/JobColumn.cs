using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Teuthology.Results;

/// <summary>One of the keys that the results server knows.</summary>
/// <param name="Key">The key.</param>
/// <param name="Kind">What its values are.</param>
/// <param name="Width">How many characters a text may have; null for any number.</param>
internal sealed record JobColumn(string Key, ColumnKind Kind, int? Width = null)
{
    private const string ToldTime = "yyyy-MM-dd_HH:mm:ss";

    /// <summary>What is wrong with a value; null when nothing is.</summary>
    public string? Fault(JsonNode? value)
    {
        var kind = value?.GetValueKind() ?? JsonValueKind.Null;
        if (kind == JsonValueKind.Null || Kind == ColumnKind.Any)
            return null;
        switch (Kind)
        {
            case ColumnKind.Text:
                if (kind is JsonValueKind.Array or JsonValueKind.Object)
                    return $"{Key} must be a text";
                return ShownText(value!).Length > Width ? $"{Key} must have at most {Width} characters" : null;
            case ColumnKind.Whole:
                return Number(value!) is { } number && Math.Abs(number) <= int.MaxValue ? null : $"{Key} must be a number of at most 32 bits";
            case ColumnKind.Truth:
                return kind is JsonValueKind.True or JsonValueKind.False || Number(value!) is 0 or 1 ? null : $"{Key} must be true or false";
            default:
                return Time(value!) is null ? $"{Key} must be a time, YYYY-MM-DD_HH:MM:SS" : null;
        }
    }

    /// <summary>A value as the wire shows it; what makes no sense stays as it is.</summary>
    public JsonNode? Convert(JsonNode? value)
    {
        if (value is null)
            return null;
        return Kind switch
        {
            ColumnKind.Text when value is JsonValue => JsonValue.Create(ShownText(value)),
            ColumnKind.Whole when Number(value) is { } number && Math.Abs(number) <= int.MaxValue => JsonValue.Create((long)Math.Round(number, MidpointRounding.ToEven)),
            ColumnKind.Truth when Number(value) is { } number => JsonValue.Create(number != 0),
            ColumnKind.Time when Time(value) is { } time => JsonValue.Create(WireTime.Write(time)),
            _ => value.DeepClone(),
        };
    }

    /// <summary>A value as text: a number too, <c>true</c> and <c>false</c>.</summary>
    public static string ShownText(JsonNode value) => value.GetValueKind() == JsonValueKind.String ? (string)value! : value.ToJsonString();

    /// <summary>A number, also written as a text; null for anything else.</summary>
    public static double? Number(JsonNode value) => value.GetValueKind() is JsonValueKind.Number or JsonValueKind.String
        && double.TryParse(ShownText(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
        ? number
        : null;

    private static DateTime? Time(JsonNode value) =>
        value.GetValueKind() == JsonValueKind.String && DateTime.TryParseExact((string)value!, ToldTime, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : null;
}
