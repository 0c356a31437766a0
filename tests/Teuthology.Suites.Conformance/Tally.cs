using System.Globalization;

namespace Teuthology.Suites.Conformance;

/// <summary>Counts the records of a file of answers: equal to upstream's, different, skipped.</summary>
internal sealed class Tally
{
    private readonly List<string> _different = [];
    private readonly Dictionary<string, int> _skipped = [];
    private bool _isOpen;
    private bool _differs;

    /// <summary>Records of which every part is equal.</summary>
    public int Equal { get; private set; }

    /// <summary>Records of which a part differs.</summary>
    public int Different { get; private set; }

    /// <summary>Parts that were compared.</summary>
    public int Comparisons { get; private set; }

    /// <summary>Records not compared.</summary>
    public int Skipped => _skipped.Values.Sum();

    /// <summary>Why records were skipped, with their number.</summary>
    public IEnumerable<string> Reasons => _skipped.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Value} × {s.Key}"));

    /// <summary>What differs: the record, upstream's answer and ours.</summary>
    public IReadOnlyList<string> Differences => _different;

    /// <summary>Begins a record; ends the one before.</summary>
    public void Record()
    {
        Close();
        _isOpen = true;
    }

    /// <summary>The record that was begun is not compared.</summary>
    public void Skip(string reason)
    {
        _isOpen = false;
        _skipped[reason] = _skipped.GetValueOrDefault(reason) + 1;
    }

    public void Check(string name, object? expected, object? actual)
    {
        Comparisons++;
        if (Equals(expected, actual))
            return;
        _differs = true;
        _different.Add(string.Create(CultureInfo.InvariantCulture, $"{name}\n  upstream {Short(expected)}\n  ours     {Short(actual)}"));
    }

    /// <summary>Ends the last record.</summary>
    public void Close()
    {
        if (_isOpen && _differs)
            Different++;
        else if (_isOpen)
            Equal++;
        _isOpen = false;
        _differs = false;
    }

    private static string Short(object? value) => value?.ToString() is { } text ? text.Length > 1500 ? text[..1500] + "…" : text : "null";
}
