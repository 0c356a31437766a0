using System.Numerics;

namespace Teuthology.Yaml;

/// <summary>Equality of keys as Python has it: <c>1</c>, <c>1.0</c> and <c>true</c> are one key; bytes compare by content.</summary>
internal sealed class YamlKeyComparer : IEqualityComparer<object>
{
    public static readonly YamlKeyComparer Instance = new();

    bool IEqualityComparer<object>.Equals(object? x, object? y) => (x, y) switch
    {
        (string a, string b) => a == b,
        (byte[] a, byte[] b) => a.AsSpan().SequenceEqual(b),
        _ => Equals(Plain(x), Plain(y)),
    };

    public int GetHashCode(object obj) => obj switch
    {
        string text => text.GetHashCode(StringComparison.Ordinal),
        byte[] bytes => bytes.Length,
        _ => Plain(obj)!.GetHashCode(),
    };

    private static object? Plain(object? key) => key switch
    {
        bool truth => truth ? 1L : 0L,
        int number => (long)number,
        double number when Math.Floor(number) == number && !double.IsInfinity(number) => YamlScalars.Shrink(new BigInteger(number)),
        _ => key,
    };
}
