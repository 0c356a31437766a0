using System.Text;
using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>Texts as JSON has them, in UTF-8.</summary>
internal static class JsonLine
{
    /// <summary>True when the text stands in JSON as it is.</summary>
    public static bool IsPlain(string text)
    {
        foreach (var c in text)
            if (c is < ' ' or '"' or '\\')
                return false;
        return true;
    }

    /// <summary>The text without quotes, a blank before it.</summary>
    public static byte[] Spaced(string text) => Encoding.UTF8.GetBytes(" " + CanonicalJson.Write(text)[1..^1]);

    /// <summary>The texts in quotes with commas between.</summary>
    public static byte[] Items(IEnumerable<string> texts) => Encoding.UTF8.GetBytes(string.Join(',', texts.Select(text => CanonicalJson.Write(text))));
}
