using System.Globalization;
using System.Text.Json;
using Teuthology.Results;

namespace Teuthology.Server;

/// <summary>Some whole lines of a log as the event that carries them: made once, sent to all who watch.</summary>
/// <param name="End">Where the lines end.</param>
/// <param name="Bytes">The event.</param>
internal sealed record LogChunk(LogPosition End, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Makes an event of lines.</summary>
    /// <param name="lines">Whole lines, with their ends.</param>
    /// <param name="end">Where they end in the log.</param>
    public static LogChunk Of(ReadOnlySpan<byte> lines, LogPosition end)
    {
        using var buffer = new MemoryStream(lines.Length * 2);
        buffer.Write("id: "u8);
        buffer.Write(System.Text.Encoding.ASCII.GetBytes(end.ToString()));
        buffer.Write("\nevent: lines\ndata: "u8);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var range in lines.TrimEnd((byte)'\n').Split((byte)'\n'))
                Write(json, JobLogLine.Parse(lines[range].TrimEnd((byte)'\r')));
            json.WriteEndArray();
        }

        buffer.Write("\n\n"u8);
        return new LogChunk(end, buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter json, JobLogLine line)
    {
        json.WriteStartArray();
        json.WriteStringValue(line.Time?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) ?? "");
        json.WriteStringValue(line.Severity.Name);
        json.WriteStringValue(line.Said.Host);
        json.WriteStringValue(line.Said.Source);
        json.WriteStringValue(line.Said.Text);
        json.WriteEndArray();
    }
}
