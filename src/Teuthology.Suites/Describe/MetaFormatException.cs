using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>The <c>meta</c> of a fragment is not a list of exactly one mapping.</summary>
/// <param name="file">The fragment.</param>
/// <param name="meta">What its <c>meta</c> is.</param>
/// <param name="mark">Where it stands.</param>
public sealed class MetaFormatException(string file, object? meta, YamlMark? mark)
    : TeuthologyException(FailureKind.Configuration, $"{mark ?? new YamlMark(file, 1, 1)}: 'meta' is a list of exactly one mapping, for example '- desc: what this does'")
{
    /// <summary>What upstream's teuthology-describe prints about it, three lines.</summary>
    public string Report { get; } = $"Error in meta format in {file}\nMeta must be a list containing exactly one dict.\nMeta is: {PythonText.Str(meta)}\n";
}
