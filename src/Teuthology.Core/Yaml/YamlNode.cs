namespace Teuthology.Yaml;

internal enum YamlNodeKind
{
    Scalar,
    Sequence,
    Mapping,
}

/// <summary>A piece of a document with its tag, before it becomes a value.</summary>
internal sealed class YamlNode(YamlNodeKind kind, string tag, YamlMark mark)
{
    public YamlNodeKind Kind { get; } = kind;

    public string Tag { get; set; } = tag;

    public YamlMark Mark { get; } = mark;

    public string Text { get; init; } = "";

    public List<YamlNode> Items { get; } = [];

    public List<(YamlNode Key, YamlNode Value)> Entries { get; set; } = [];

    /// <summary>How an error message calls it.</summary>
    public string Name => Kind switch
    {
        YamlNodeKind.Scalar => "a plain value",
        YamlNodeKind.Sequence => "a list",
        _ => "a mapping",
    };
}
