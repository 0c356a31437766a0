using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>A YAML file of the user's that is merged onto every job, over what the suite says.</summary>
public sealed class JobOverlay
{
    private readonly YamlMap? _content;

    private JobOverlay(YamlMap? content) => _content = content;

    /// <summary>Reads one.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="ConfigurationException">It cannot be read or is no mapping.</exception>
    public static JobOverlay Load(string path)
    {
        if (!File.Exists(path))
            throw new ConfigurationException($"File not found: {path}");
        var content = YamlLoader.LoadFile(path);
        return content is null or YamlMap
            ? new JobOverlay((YamlMap?)content)
            : throw new ConfigurationException("a file that goes over jobs is a mapping (key: value)", (content as YamlList)?.Mark ?? new YamlMark(path, 1, 1));
    }

    /// <summary>Merges it into a job, in place: lists grow, mappings are merged, the rest is replaced.</summary>
    /// <param name="config">The job.</param>
    /// <exception cref="ConfigurationException">A list meets something else than a list, or a mapping something else than a mapping.</exception>
    public void MergeInto(YamlMap config) => DeepMerge.MergeInto(config, YamlCopy.DeepCopy(_content));
}
