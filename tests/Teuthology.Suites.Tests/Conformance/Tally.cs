using System.Globalization;
using Xunit.Abstractions;

namespace Teuthology.Suites.Tests;

/// <summary>Counts records that are equal to upstream's answer and keeps the others.</summary>
internal sealed class Tally(ITestOutputHelper output)
{
    private readonly List<string> _different = [];
    private readonly List<string> _notCovered = [];
    private int _equal;

    public void Equal() => _equal++;

    public void NotCovered(string what) => _notCovered.Add(what);

    public void Check(string name, object? expected, object? actual)
    {
        if (Equals(expected, actual))
            _equal++;
        else
            _different.Add(string.Create(CultureInfo.InvariantCulture, $"{name}\n  upstream {Short(expected)}\n  ours     {Short(actual)}"));
    }

    /// <summary>Fails the test when a record differs, or when fewer than <paramref name="least"/> were looked at.</summary>
    public void AssertAllEqual(int least = 1)
    {
        output.WriteLine($"{_equal} equal, {_different.Count} different, {_notCovered.Count} not covered{string.Concat(_notCovered.Distinct().Take(40).Select(n => "\n  not covered: " + n))}");
        Assert.True(_different.Count == 0, $"{_equal} equal, {_different.Count} different:\n{string.Join('\n', _different.Take(8))}");
        Assert.True(_equal >= least, $"only {_equal} records were looked at");
    }

    private static string Short(object? value) => value?.ToString() is { } text ? text.Length > 1500 ? text[..1500] + "…" : text : "null";
}
