using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary>A YAML file, of one document or several, whose <c>targets</c> name machines: what <c>lock --list-targets</c> prints.</summary>
internal static class TargetsFile
{
    /// <summary>The names, of all documents.</summary>
    /// <param name="file">Its path.</param>
    /// <exception cref="ConfigurationException">It cannot be read, or has no targets.</exception>
    public static IReadOnlyList<string> Read(string file)
    {
        IReadOnlyList<object?> documents;
        try
        {
            documents = YamlLoader.LoadAll(File.ReadAllText(file), file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"--targets: {e.Message}", inner: e);
        }

        var names = new List<string>();
        foreach (var document in documents.OfType<YamlMap>())
        {
            switch (document.Get("targets"))
            {
                case null:
                    break;
                case YamlMap targets:
                    names.AddRange(targets.Select(pair => pair.Key?.ToString() ?? ""));
                    break;
                default:
                    throw new ConfigurationException("'targets' must be a mapping of user@host to host key", document.MarkOf("targets"));
            }
        }

        return names.Count > 0 ? names : throw new ConfigurationException($"{file}: there is no `targets:` in it; `teuthology lock --list-targets` prints some");
    }
}
