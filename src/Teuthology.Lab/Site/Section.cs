using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Teuthology.Yaml;

namespace Teuthology.Lab;

/// <summary>Reads the keys of one mapping of a configuration file; what is wrong is told with its place and the key's full name.</summary>
/// <param name="map">The mapping.</param>
/// <param name="name">What the mapping is called in messages, e.g. <c>machine_types.vps</c>; empty for a whole file.</param>
internal sealed class Section(YamlMap map, string name)
{
    /// <summary>The mapping as it was read.</summary>
    public YamlMap Map { get; } = map;

    /// <summary>The key's full name, as messages call it.</summary>
    public string NameOf(string key) => name.Length == 0 ? key : $"{name}.{key}";

    /// <summary>A text; numbers are written out, and an empty text is none.</summary>
    /// <exception cref="ConfigurationException">It is a mapping, a list or a truth value.</exception>
    public string? Text(string key) => Map.Get(key) switch
    {
        null or "" => null,
        string text => text,
        long or double => Convert.ToString(Map.Get(key), CultureInfo.InvariantCulture),
        _ => throw Wrong(key, "a text"),
    };

    /// <summary>A text that has to be there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="why">What it is for, in words.</param>
    /// <exception cref="ConfigurationException">It is not there.</exception>
    public string Required(string key, string why) => Text(key) ?? throw Error(key, $"'{NameOf(key)}' is not set: {why}");

    /// <summary>Texts as a list, or as one text with commas between.</summary>
    /// <exception cref="ConfigurationException">It is something else.</exception>
    public IReadOnlyList<string> Texts(string key) => Map.Get(key) switch
    {
        null => [],
        string text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        YamlList list when list.All(item => item is string { Length: > 0 }) => [.. list.Cast<string>()],
        _ => throw Wrong(key, "a list of texts"),
    };

    /// <summary>A whole number within bounds.</summary>
    /// <exception cref="ConfigurationException">It is something else.</exception>
    public int? Number(string key, int least, int most) => Map.Get(key) switch
    {
        null => null,
        long number when number >= least && number <= most => (int)number,
        _ => throw Wrong(key, $"a whole number from {least.ToString(CultureInfo.InvariantCulture)} to {most.ToString(CultureInfo.InvariantCulture)}"),
    };

    /// <summary>True or false.</summary>
    /// <exception cref="ConfigurationException">It is something else.</exception>
    public bool? Flag(string key) => Map.Get(key) switch
    {
        null => null,
        bool flag => flag,
        _ => throw Wrong(key, "true or false"),
    };

    /// <summary>A number of seconds.</summary>
    /// <exception cref="ConfigurationException">It is something else.</exception>
    public TimeSpan? Seconds(string key) => Map.Get(key) switch
    {
        null => null,
        long seconds and > 0 and < int.MaxValue => TimeSpan.FromSeconds(seconds),
        double seconds and > 0 and < int.MaxValue => TimeSpan.FromSeconds(seconds),
        _ => throw Wrong(key, "a number of seconds"),
    };

    /// <summary>A size as people write it.</summary>
    /// <exception cref="ConfigurationException">It is something else.</exception>
    public ByteSize? Size(string key) => Map.Get(key) switch
    {
        null => null,
        long bytes and > 0 => new ByteSize(bytes),
        string text when ByteSize.TryParse(text, out var size) => size,
        _ => throw Wrong(key, "a size such as 512M, 1.9G or 20GiB"),
    };

    /// <summary>A mapping; empty when there is none.</summary>
    /// <exception cref="ConfigurationException">It is something else.</exception>
    public Section Under(string key) => Map.Get(key) switch
    {
        null => new Section([], NameOf(key)),
        YamlMap inner => new Section(inner, NameOf(key)),
        _ => throw Wrong(key, "a mapping"),
    };

    /// <summary>One of some words.</summary>
    /// <exception cref="ConfigurationException">It is another.</exception>
    public string OneOf(string key, string fallback, params string[] words) =>
        Text(key) is not { } text ? fallback : words.Contains(text) ? text : throw Error(key, $"'{NameOf(key)}' is '{text}'{NearMiss.Hint(text, words)}");

    /// <summary>Refuses keys that nobody reads: they are typing errors.</summary>
    /// <exception cref="ConfigurationException">There is such a key.</exception>
    public void RequireKnown(params string[] known)
    {
        foreach (var key in Map.Keys)
        {
            if (key is not string text)
                throw new ConfigurationException($"'{(name.Length == 0 ? "the file" : name)}' has a key that is no text: {key}", Map.MarkOf(key));
            if (!known.Contains(text))
                throw Error(text, $"'{NameOf(text)}' is no key that is known{NearMiss.Hint(text, known)}");
        }
    }

    /// <summary>An error at the place of a key, or of the mapping where the key is missing.</summary>
    public ConfigurationException Error(string key, string message) => new(message, Map.MarkOf(key));

    /// <summary>An error about a value of the wrong kind.</summary>
    /// <param name="key">The key.</param>
    /// <param name="what">What it must be.</param>
    public ConfigurationException Wrong(string key, string what) => Error(key, $"'{NameOf(key)}' must be {what}");

    /// <summary>A path; a leading <c>~/</c> stands for the home directory, and a relative one starts at the directory of the file that names it.</summary>
    /// <exception cref="ConfigurationException">It is no text.</exception>
    public string? Path(string key) => Text(key) is { } path ? FullPath(path, Map.MarkOf(key)) : null;

    /// <summary>See <see cref="Path"/>.</summary>
    [return: NotNullIfNotNull(nameof(path))]
    public static string? FullPath(string? path, YamlMark? mark) => path switch
    {
        null => null,
        ['~', '/', .. var rest] => System.IO.Path.Combine(Home, rest),
        _ when mark is { File: var file } && File.Exists(file) => System.IO.Path.GetFullPath(path, System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(file))!),
        _ => System.IO.Path.GetFullPath(path),
    };

    private static string Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
}
