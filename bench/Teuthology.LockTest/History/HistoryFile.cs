using System.Text.Json;

namespace Teuthology.LockTest;

/// <summary>Reads, joins and writes histories.</summary>
internal static class HistoryFile
{
    /// <summary>Reads a history.</summary>
    /// <exception cref="HistoryException">It cannot be read; tells where.</exception>
    public static List<HistoryEvent> Read(string file)
    {
        if (!File.Exists(file))
            throw new HistoryException($"{file} is not there: name a history that `run --history FILE` wrote");
        var events = new List<HistoryEvent>();
        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            if (line.Length == 0)
                continue;
            try
            {
                var one = JsonSerializer.Deserialize<HistoryEvent>(line, HistoryWriter.Json);
                if (one is not { Process: not null, Type: HistoryEvent.Invoke or HistoryEvent.Ok or HistoryEvent.Fail or HistoryEvent.Info, Op: not null })
                    throw new HistoryException($"{file}:{number}: an event needs process, op, and a type of invoke, ok, fail or info");
                events.Add(one with { Line = number });
            }
            catch (JsonException e)
            {
                throw new HistoryException($"{file}:{number}:{(e.BytePositionInLine ?? 0) + 1}: this is no event of a history: {e.Message}");
            }
        }

        return events;
    }

    /// <summary>Joins the parts that processes wrote into one file in the order of the monotonic clock.</summary>
    /// <param name="parts">The parts; a last line that a kill cut short is left out.</param>
    /// <param name="file">The whole.</param>
    public static void Join(IEnumerable<string> parts, string file)
    {
        var lines = new List<(long Mono, string Text)>();
        foreach (var text in parts.Select(File.ReadAllText))
        {
            foreach (var line in text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
                lines.Add((JsonSerializer.Deserialize<HistoryEvent>(line, HistoryWriter.Json)!.Mono, line));
        }

        File.WriteAllLines(file, lines.OrderBy(l => l.Mono).Select(l => l.Text));
    }
}
