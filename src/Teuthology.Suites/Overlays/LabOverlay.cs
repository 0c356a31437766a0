using Teuthology.Yaml;

namespace Teuthology.Suites;

/// <summary>
/// What a lab adds to jobs that were written for another one: a YAML file that is merged over each job, after its fragments and before the user's own files.
/// Its section <c>lab-overlay</c> is about the job: <c>ignore</c> lists keys at the top of a job that are left out of it.
/// </summary>
public sealed class LabOverlay
{
    private const string Section = "lab-overlay";
    private readonly YamlMap _content;
    private readonly IReadOnlyList<string> _ignored;

    private LabOverlay(YamlMap content, string name)
    {
        var own = content.Get(Section) switch
        {
            null => [],
            YamlMap map => map,
            _ => throw new ConfigurationException($"'{Section}' is a mapping (ignore: [kernel])", content.MarkOf(Section)),
        };
        foreach (var key in own.Keys.Where(key => key is not "ignore"))
            throw new ConfigurationException($"'{Section}' has the unknown key '{key}'; it may have 'ignore'", own.MarkOf(key));
        _ignored = own.Get("ignore") switch
        {
            null => [],
            YamlList list when list.All(key => key is string) => [.. list.OfType<string>()],
            _ => throw new ConfigurationException("'ignore' is a list of keys", own.MarkOf("ignore")),
        };
        _content = (YamlMap)YamlCopy.DeepCopy(content)!;
        _content.Remove(Section);
        Name = name;
    }

    /// <summary>For Ceph's own suites on machines of the embedded lab.</summary>
    public static LabOverlay Ceph { get; } = new((YamlMap)YamlLoader.Load(Resource(), "ceph-lab.yaml")!, "ceph-lab.yaml");

    /// <summary>The file.</summary>
    public string Name { get; }

    /// <summary>Reads one.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="ConfigurationException">It cannot be read, is no mapping, or its own section makes no sense.</exception>
    public static LabOverlay Load(string path)
    {
        if (!File.Exists(path))
            throw new ConfigurationException($"File not found: {path}");
        var content = YamlLoader.LoadFile(path);
        return new LabOverlay(
            content as YamlMap ?? (content is null ? [] : throw new ConfigurationException("an overlay is a mapping (key: value)", (content as YamlList)?.Mark ?? new YamlMark(path, 1, 1))),
            path);
    }

    /// <summary>Chooses: what the user names; else Ceph's for a checkout of Ceph, none for other suites.</summary>
    /// <param name="file">File that the user names; null for none.</param>
    /// <param name="isOff">Whether the user wants none.</param>
    /// <param name="suitesDirectory">Directory of the suites.</param>
    /// <exception cref="ConfigurationException">The file cannot be used.</exception>
    public static LabOverlay? Choose(string? file, bool isOff, string suitesDirectory) =>
        isOff ? null : file is not null ? Load(file) : CephCheckout.Holds(suitesDirectory) ? Ceph : null;

    /// <summary>Applies it to a job, in place.</summary>
    /// <param name="config">The job.</param>
    /// <exception cref="ConfigurationException">A list meets something else than a list, or a mapping something else than a mapping.</exception>
    public void MergeInto(YamlMap config)
    {
        foreach (var key in _ignored)
            config.Remove(key);
        DeepMerge.MergeInto(config, YamlCopy.DeepCopy(_content));
    }

    private static string Resource()
    {
        using var reader = new StreamReader(typeof(LabOverlay).Assembly.GetManifestResourceStream("ceph-lab.yaml")!);
        return reader.ReadToEnd();
    }
}
