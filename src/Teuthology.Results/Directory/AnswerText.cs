using System.Globalization;
using System.Text.Json.Nodes;

namespace Teuthology.Results;

/// <summary>Reads values of an answer; one of another kind than expected counts as missing.</summary>
internal static class AnswerText
{
    /// <summary>A text, number or truth as text.</summary>
    public static string? Of(JsonObject answer, string key) =>
        answer[key] is JsonValue value ? value.TryGetValue<string>(out var text) ? text : value.ToString() : null;

    /// <summary>A number, also when it is written as text.</summary>
    public static double? Number(JsonObject answer, string key) =>
        double.TryParse(Of(answer, key), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A time, UTC.</summary>
    public static DateTime? Time(JsonObject answer, string key) =>
        WireTime.TryParse(Of(answer, key), out var time) ? time.UtcDateTime : null;
}
