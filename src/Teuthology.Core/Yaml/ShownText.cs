namespace Teuthology.Yaml;

/// <summary>A text of the user's as it stands in an error message: one line, and not long.</summary>
internal static class ShownText
{
    private const int Longest = 60;

    public static string Of(string text)
    {
        var shown = text.Length > Longest ? text[..Longest] + "…" : text;
        return shown.ReplaceLineEndings("\\n");
    }
}
