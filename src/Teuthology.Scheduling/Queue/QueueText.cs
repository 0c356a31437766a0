using Teuthology.Yaml;

namespace Teuthology.Scheduling;

/// <summary>The text of a job in the queue: YAML as upstream's <c>yaml.safe_dump</c> writes it.</summary>
internal static class QueueText
{
    /// <summary>Reads a text; one that holds no mapping is an empty job, which its worker reports.</summary>
    public static YamlMap Read(string text)
    {
        try
        {
            return YamlLoader.Load(text, "queue") as YamlMap ?? [];
        }
        catch (ConfigurationException)
        {
            // Anybody can put anything into beanstalkd.
            return [];
        }
    }

    /// <summary>Writes a job.</summary>
    public static string Write(YamlMap document) => YamlDumper.Dump(document);

    /// <summary>Value of a top-level key whose value is a plain text on one line, without reading the whole document; null when it is not so simple.</summary>
    public static string? Peek(string text, string key)
    {
        var start = text.StartsWith(key + ": ", StringComparison.Ordinal) ? 0 : text.IndexOf($"\n{key}: ", StringComparison.Ordinal) is >= 0 and var at ? at + 1 : -1;
        if (start < 0)
            return null;
        start += key.Length + 2;
        var end = text.IndexOf('\n', start);
        var value = end < 0 ? text[start..] : text[start..end];
        var isPlain = value.Length > 0 && !"'\"|>&*!{[%@`#?".Contains(value[0]) && !(end >= 0 && end + 1 < text.Length && text[end + 1] is ' ');
        return isPlain && value is not ("null" or "~") ? value : null;
    }

    /// <summary>Name of the run of a job.</summary>
    public static string RunName(string text) => Peek(text, "name") ?? Read(text).Get("name") as string ?? "";

    /// <summary>Description of a job.</summary>
    public static string? Description(string text) => Peek(text, "description") ?? (text.Contains("description: ", StringComparison.Ordinal) ? Read(text).Get("description") as string : null);
}
