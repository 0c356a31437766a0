using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary>A job in one or more YAML files, as a user names them.</summary>
internal static class JobFiles
{
    /// <summary>Merges them, in this order.</summary>
    /// <param name="terminal">Reads <c>-</c>.</param>
    /// <param name="files">Their paths, <c>-</c> for standard input.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ConfigurationException">One is not there, no mapping, or does not fit to the others.</exception>
    public static async Task<YamlMap> MergeAsync(Terminal terminal, IEnumerable<string> files, CancellationToken cancellationToken)
    {
        object? merged = new YamlMap();
        foreach (var file in files)
        {
            if (file != "-" && !File.Exists(terminal.FullPath(file)))
                throw new ConfigurationException($"{file}: {(Directory.Exists(terminal.FullPath(file)) ? "this is a directory; a job is a YAML file" : "there is no such file")}");
            var value = file == "-"
                ? YamlLoader.Load(await terminal.In().ReadToEndAsync(cancellationToken), "-")
                : YamlLoader.LoadFile(terminal.FullPath(file));
            if (value is not null and not YamlMap)
                throw new ConfigurationException($"{file}: a job file holds a mapping (roles:, tasks:, ...), this one does not");
            merged = DeepMerge.Merge(merged, value);
        }

        return (YamlMap)merged!;
    }
}
