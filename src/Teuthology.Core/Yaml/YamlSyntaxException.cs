namespace Teuthology.Yaml;

/// <summary>A mistake in a YAML text on its way to the reader, who tells it as a <see cref="ConfigurationException"/>.</summary>
internal sealed class YamlSyntaxException(YamlMark mark, string message) : Exception(message)
{
    public YamlMark Mark { get; } = mark;
}
