using System.Text;
using Teuthology.Yaml;

namespace Teuthology.OpenStack;

/// <summary>
/// An openrc.sh as dashboards hand it out, read and never executed: <c>export NAME=value</c>, <c>NAME=value</c>, <c>unset NAME</c>, quotes, references to
/// earlier variables. What only a shell can do (<c>read</c>, <c>if</c>, <c>$(…)</c>) is passed over, and a variable made that way counts as not set.
/// </summary>
public static class OpenrcFile
{
    /// <summary>The variables of a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="environment">Gives what variables have before; may be asked for any.</param>
    /// <exception cref="ConfigurationException">It cannot be read, or a quote in it has no end.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path, Func<string, string?> environment)
    {
        try
        {
            return Parse(File.ReadAllText(path), path, environment);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"cannot read {path}: {e.Message}", inner: e);
        }
    }

    /// <summary>The variables of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="environment">Gives what variables have before.</param>
    /// <exception cref="ConfigurationException">A quote has no end.</exception>
    public static IReadOnlyDictionary<string, string> Parse(string text, string name, Func<string, string?> environment)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var line = 0;
        foreach (var raw in text.ReplaceLineEndings("\n").Split('\n'))
        {
            line++;
            foreach (var statement in new OpenrcWords(raw, new YamlMark(name, line, 1), v => found.GetValueOrDefault(v) ?? environment(v)).Statements())
                Take(statement, found);
        }

        return found;
    }

    private static void Take(IReadOnlyList<(string Text, bool IsKnown)> words, Dictionary<string, string> found)
    {
        var first = words[0].Text is "export" or "declare" or "typeset" ? 1 : 0;
        if (words[0].Text == "unset")
        {
            foreach (var (gone, _) in words.Skip(1))
                found[gone] = "";
            return;
        }

        foreach (var (text, isKnown) in words.Skip(first))
        {
            var equals = text.IndexOf('=');
            if (equals <= 0 || !IsName(text.AsSpan(0, equals)))
            {
                if (first == 0)
                    return; // a command
                continue;
            }

            if (isKnown)
                found[text[..equals]] = text[(equals + 1)..];
        }
    }

    private static bool IsName(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
                return false;
        }

        return !char.IsAsciiDigit(text[0]);
    }
}
