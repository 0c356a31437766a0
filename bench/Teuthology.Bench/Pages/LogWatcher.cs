using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Teuthology.Bench;

/// <summary>What one watcher of a log saw.</summary>
/// <param name="Lines">Numbers of the lines, in the order in which they came.</param>
/// <param name="Delays">How long each was under way, milliseconds.</param>
internal sealed record LogWatcher(IReadOnlyList<int> Lines, IReadOnlyList<double> Delays)
{
    /// <summary>Watches until the log has ended.</summary>
    /// <param name="http">To the server.</param>
    /// <param name="path">The events; each line of the log ends with its number and the time at which it was written.</param>
    /// <param name="began">Told when the server has answered.</param>
    public static async Task<LogWatcher> WatchAsync(HttpClient http, string path, SemaphoreSlim began)
    {
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        began.Release();
        List<int> lines = [];
        List<double> delays = [];
        var name = "";
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line[7..];
            else if (line.Length == 0 && name == "end")
                return new LogWatcher(lines, delays);
            else if (name == "lines" && line.StartsWith("data: ", StringComparison.Ordinal))
                Take(line[6..]);
        }

        throw new InvalidOperationException("the events ended before the log did");

        void Take(string data)
        {
            foreach (var told in JsonNode.Parse(data)!.AsArray())
            {
                var words = ((string)told![4]!).Split(' ');
                lines.Add(int.Parse(words[0], CultureInfo.InvariantCulture));
                delays.Add(Stopwatch.GetElapsedTime(long.Parse(words[1], CultureInfo.InvariantCulture)).TotalMilliseconds);
            }
        }
    }
}
