using Teuthology.Yaml;

namespace Teuthology;

/// <summary>Bad input, told with its place where there is one: <c>file:line:column: message</c>.</summary>
/// <param name="message">What is wrong and how to mend it.</param>
/// <param name="mark">Where it stands.</param>
/// <param name="inner">The cause, if any.</param>
public sealed class ConfigurationException(string message, YamlMark? mark = null, Exception? inner = null)
    : TeuthologyException(FailureKind.Configuration, mark is null ? message : $"{mark}: {message}", inner)
{
    /// <summary>Where the wrong input stands, if known.</summary>
    public YamlMark? Mark { get; } = mark;
}
