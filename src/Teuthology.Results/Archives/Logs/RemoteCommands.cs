using System.Text;
using System.Text.Json;

namespace Teuthology.Results;

/// <summary>The commands of a job on its machines, from its events.jsonl.</summary>
/// <param name="Longest">Those that took longest, at most as many as were asked for, in the order of their starts.</param>
/// <param name="Total">How many there were.</param>
public sealed record RemoteCommands(IReadOnlyList<RemoteCommandEvent> Longest, int Total)
{
    private const int WhatLength = 500;

    /// <summary>Reads them.</summary>
    /// <param name="archive">The job's archive directory.</param>
    /// <param name="most">How many to keep: failed ones first, then the longest.</param>
    /// <returns>None when the archive has no events.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static RemoteCommands Read(string archive, int most)
    {
        var path = Path.Combine(archive, "events.jsonl");
        if (!File.Exists(path))
            return new RemoteCommands([], 0);
        var kept = new PriorityQueue<RemoteCommandEvent, (bool Failed, double Seconds)>();
        var total = 0;
        using var lines = LogSource.Lines(new LogFile(path, "", "events"), growing: false);
        while (lines.Next())
        {
            if (lines.Cut || lines.Line.Span.IndexOf("\"event\":\"command\""u8) < 0 || Parse(lines.Line) is not { } command)
                continue;
            total++;
            kept.Enqueue(command, (command.Failed, command.Seconds));
            if (kept.Count > most)
                kept.Dequeue();
        }

        return new RemoteCommands([.. kept.UnorderedItems.Select(item => item.Element).OrderBy(command => command.Start)], total);
    }

    private static RemoteCommandEvent? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var told = document.RootElement;
            if (Text(told, "time") is not { } text || !LineTime.TryRead(Encoding.UTF8.GetBytes(text), 1970, out var end, out _))
                return null;
            var seconds = told.TryGetProperty("duration", out var duration) && duration.TryGetDouble(out var number) ? Math.Clamp(number, 0, 1e7) : 0;
            var what = Text(told, "label") ?? Text(told, "command") ?? "?";
            return new RemoteCommandEvent(
                Text(told, "host") ?? "?",
                what.Length > WhatLength ? what[..WhatLength] + "…" : what,
                end.AddSeconds(-seconds),
                seconds,
                Text(told, "status") ?? "",
                !(told.TryGetProperty("exit_status", out var status) && status.TryGetInt32(out var code) && code == 0),
                told.TryGetProperty("id", out var id) && id.TryGetInt32(out var task) ? task : null);
        }
        catch (JsonException)
        {
            return null; // half a line of a full disk
        }
    }

    private static string? Text(JsonElement told, string key) => told.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
