using System.Globalization;

namespace Teuthology.Lab;

/// <summary>Follows a build by the lines that its script prints.</summary>
internal sealed class ImageSteps(TimeProvider time, IProgress<string>? progress)
{
    private readonly long _start = time.GetTimestamp();
    private readonly List<string> _done = [];
    private readonly Queue<string> _tail = new();
    private (string Name, long Since)? _running;

    /// <summary>What is built.</summary>
    public string What { get; init; } = "the machines' image";

    /// <summary>What the script said it failed with; null when it said nothing.</summary>
    public string? Failure { get; private set; }

    /// <summary>Seconds and name of each finished step.</summary>
    public IReadOnlyList<string> Done => _done;

    /// <summary>The last lines of other output.</summary>
    public string Tail => string.Join('\n', _tail);

    /// <summary>Takes a line of the script's output.</summary>
    public void Take(string line)
    {
        if (line.StartsWith("@step ", StringComparison.Ordinal))
            Next(line["@step ".Length..]);
        else if (line.StartsWith("@fail ", StringComparison.Ordinal))
            Failure = line["@fail ".Length..];
        else if (line.Trim().Length > 0)
            Keep(line);
    }

    private void Next(string name)
    {
        if (_running is { } step)
            _done.Add(string.Create(CultureInfo.InvariantCulture, $"{time.GetElapsedTime(step.Since).TotalSeconds,6:F1} s  {step.Name}"));
        _running = (name, time.GetTimestamp());
        progress?.Report(string.Create(CultureInfo.InvariantCulture, $"building {What}: {name} ({time.GetElapsedTime(_start).TotalSeconds:F0} s)"));
    }

    private void Keep(string line)
    {
        _tail.Enqueue(line);
        if (_tail.Count > 15)
            _tail.Dequeue();
    }
}
