using System.Globalization;
using System.Text.Json;

namespace Teuthology.LockTest;

/// <summary>Turns a machine's log into a part of the history; lines keep their order by their number.</summary>
internal sealed class NodeHistory(string file, string name) : IDisposable
{
    private readonly StreamWriter _file = new(file);
    private int _number;

    /// <param name="line"><c>UPTIME FENCE PROCESS NUMBER</c>, the last being <c>begun</c> when a controller was let in.</param>
    public void Write(string line)
    {
        _number++;
        if (line.Split(' ') is not [var up, var fence, var process, var what]
            || !double.TryParse(up, CultureInfo.InvariantCulture, out var seconds) || !long.TryParse(fence, CultureInfo.InvariantCulture, out var number))
            throw new HistoryException($"line {_number} of the log of {name} is none that a command wrote: '{line}'");
        var value = new HistoryValue { Node = name, Fence = number, Text = what == "begun" ? $"{process} was let in" : $"run {what} of {process}" };
        _file.WriteLine(JsonSerializer.Serialize(new HistoryEvent($"node {name}", HistoryEvent.Info, what == "begun" ? "let-in" : "ran", _number, (long)(seconds * 1e9), 0, value), HistoryWriter.Json));
    }

    public void Dispose() => _file.Dispose();
}
