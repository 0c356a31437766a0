namespace Teuthology.Yaml;

internal enum YamlTokenKind
{
    Directive,
    DocumentStart,
    DocumentEnd,
    StreamEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    Entry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    Tag,
    Scalar,
    Error,
}

/// <summary>One token of a YAML text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Mark">Where it begins.</param>
/// <param name="Text">Scalar value, anchor name, tag suffix or prefix, or what is wrong.</param>
/// <param name="Handle">Tag handle; null for a verbatim tag.</param>
/// <param name="Plain">A scalar without quotes.</param>
internal sealed record YamlToken(YamlTokenKind Kind, YamlMark Mark, string Text = "", string? Handle = null, bool Plain = false)
{
    /// <summary>How an error message calls it.</summary>
    public string Name => Kind switch
    {
        YamlTokenKind.StreamEnd => "the end of the file",
        YamlTokenKind.BlockEnd => "a line that is indented less",
        YamlTokenKind.BlockSequenceStart or YamlTokenKind.Entry => "a list item '-'",
        YamlTokenKind.BlockMappingStart or YamlTokenKind.Key => "a key",
        YamlTokenKind.Value => "':'",
        YamlTokenKind.FlowSequenceStart => "'['",
        YamlTokenKind.FlowSequenceEnd => "']'",
        YamlTokenKind.FlowMappingStart => "'{'",
        YamlTokenKind.FlowMappingEnd => "'}'",
        YamlTokenKind.FlowEntry => "','",
        YamlTokenKind.DocumentStart => "'---'",
        YamlTokenKind.DocumentEnd => "'...'",
        YamlTokenKind.Scalar => "a value",
        _ => Kind.ToString().ToLowerInvariant(),
    };
}
