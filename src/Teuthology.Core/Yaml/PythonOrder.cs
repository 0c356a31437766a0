using System.Numerics;

namespace Teuthology.Yaml;

/// <summary>Order of keys as Python sorts them; only keys of one family compare.</summary>
internal sealed class PythonOrder : IComparer<object>
{
    public static readonly PythonOrder Instance = new();

    public static int Family(object key) => key switch
    {
        string => 0,
        bool or int or long or BigInteger or double => 1,
        DateOnly => 2,
        DateTime => 3,
        DateTimeOffset => 4,
        byte[] => 5,
        _ => 6,
    };

    public int Compare(object? x, object? y) => (x, y) switch
    {
        (string a, string b) => CodePointComparer.Instance.Compare(a, b),
        (DateOnly a, DateOnly b) => a.CompareTo(b),
        (DateTime a, DateTime b) => a.CompareTo(b),
        (DateTimeOffset a, DateTimeOffset b) => a.CompareTo(b),
        (byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b),
        (not null, not null) => Number(x).CompareTo(Number(y)),
        _ => 0,
    };

    private static double Number(object value) => value switch
    {
        bool truth => truth ? 1 : 0,
        BigInteger big => (double)big,
        _ => Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture),
    };
}
