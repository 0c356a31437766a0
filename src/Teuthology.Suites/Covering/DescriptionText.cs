namespace Teuthology.Suites;

/// <summary>Takes descriptions apart.</summary>
internal static class DescriptionText
{
    /// <summary>The paths in a description without its suite: <c>a/{b/c d}</c> has <c>a/b/c</c> and <c>a/d</c>. Fragments' names without <c>.yaml</c>.</summary>
    public static IEnumerable<string> Paths(string text)
    {
        var prefixes = new Stack<string>();
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] is not ('{' or '}' or ' '))
                continue;
            var word = text[start..i];
            start = i + 1;
            if (i < text.Length && text[i] == '{')
                prefixes.Push(prefixes.TryPeek(out var outer) ? outer + word : word);
            else
            {
                if (word.Length > 0)
                    yield return prefixes.TryPeek(out var prefix) ? prefix + word : word;
                if (i < text.Length && text[i] == '}')
                    prefixes.TryPop(out _);
            }
        }

        if (text.Length == 0)
            yield return "";
    }
}
