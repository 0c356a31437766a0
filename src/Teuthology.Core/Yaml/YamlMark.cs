namespace Teuthology.Yaml;

/// <summary>A place in a YAML text. Line and column count from 1.</summary>
/// <param name="File">Path as the user named it, or <c>-</c> for standard input.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
public sealed record YamlMark(string File, int Line, int Column)
{
    /// <summary><c>file:line:column</c>.</summary>
    public override string ToString() => $"{File}:{Line}:{Column}";
}
