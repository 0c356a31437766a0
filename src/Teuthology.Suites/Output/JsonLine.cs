using System.Buffers;
using System.Text;
using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>Texts as JSON has them, in UTF-8.</summary>
internal static class JsonLine
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (char)c), '"', '\\']);

    /// <summary>True when the text stands in JSON as it is.</summary>
    public static bool IsPlain(string text) => text.AsSpan().IndexOfAny(Escaped) < 0;

    /// <summary>The text without quotes, a blank before it.</summary>
    public static byte[] Spaced(string text) => Encoding.UTF8.GetBytes(" " + CanonicalJson.Write(text)[1..^1]);

    /// <summary>The texts in quotes with commas between.</summary>
    public static byte[] Items(IEnumerable<string> texts) => Encoding.UTF8.GetBytes(string.Join(',', texts.Select(text => CanonicalJson.Write(text))));
}
