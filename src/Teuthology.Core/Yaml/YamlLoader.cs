using System.Text;
using Teuthology.Files;

namespace Teuthology.Yaml;

/// <summary>Reads YAML 1.1 with the values that PyYAML's <c>safe_load</c> gives (upstream's fragments are written for it).</summary>
public static class YamlLoader
{
    /// <summary>The value of the one document in <paramref name="text"/>; null when it is empty. Mappings and lists carry marks.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">Its name in marks and messages.</param>
    /// <exception cref="ConfigurationException">The text is no YAML 1.1, has several documents, an unknown tag or a key that cannot be one.</exception>
    public static object? Load(string text, string file)
    {
        try
        {
            RefuseUnprintable(text, file);
            var root = new YamlParser(YamlScanner.Scan(text, file)).Document();
            return root is null ? null : new YamlConstructor().Construct(root);
        }
        catch (YamlSyntaxException mistake)
        {
            throw new ConfigurationException(mistake.Message, mistake.Mark);
        }
    }

    /// <summary>The values of all documents in <paramref name="text"/>, as PyYAML's <c>safe_load_all</c> gives them.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">Its name in marks and messages.</param>
    /// <exception cref="ConfigurationException">The text is no YAML 1.1, has an unknown tag or a key that cannot be one.</exception>
    public static IReadOnlyList<object?> LoadAll(string text, string file)
    {
        try
        {
            RefuseUnprintable(text, file);
            return [.. new YamlParser(YamlScanner.Scan(text, file)).Documents().Select(root => new YamlConstructor().Construct(root))];
        }
        catch (YamlSyntaxException mistake)
        {
            throw new ConfigurationException(mistake.Message, mistake.Mark);
        }
    }

    /// <summary>The value of the one document in the UTF-8 file at <paramref name="path"/>; null when it is empty.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="ConfigurationException">The file cannot be read, has more than 16 MB, is not UTF-8 or holds no single YAML 1.1 document.</exception>
    public static object? LoadFile(string path)
    {
        byte[] bytes = [];
        try
        {
            bytes = PlainFile.Read(path);
            return Load(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"cannot read {path}: {e.Message}", inner: e);
        }
        catch (DecoderFallbackException e)
        {
            var before = Encoding.UTF8.GetString(bytes, 0, Math.Max(0, e.Index));
            var mark = new YamlMark(path, before.AsSpan().Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
            throw new ConfigurationException("here is a byte that is not UTF-8; is this a text?", mark, e);
        }
    }

    private static void RefuseUnprintable(string text, string file)
    {
        var index = 0;
        while (index < text.Length && IsPrintable(text, index))
            index++;
        if (index == text.Length)
            return;
        var before = text.AsSpan(0, index);
        var mark = new YamlMark(file, before.Count('\n') + 1, index - before.LastIndexOf('\n'));
        throw new YamlSyntaxException(mark, $"the character U+{(int)text[index]:X4} cannot stand in YAML; in double quotes an escape can");
    }

    private static bool IsPrintable(string text, int index) => text[index] switch
    {
        '\t' or '\n' or '\r' or (>= ' ' and <= '~') or '\u0085' or (>= '\u00a0' and < '\ud800') or (>= '\ue000' and <= '\ufffd') => true,
        >= '\ud800' and <= '\udbff' => index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]),
        >= '\udc00' and <= '\udfff' => index > 0 && char.IsHighSurrogate(text[index - 1]),
        _ => false,
    };
}
