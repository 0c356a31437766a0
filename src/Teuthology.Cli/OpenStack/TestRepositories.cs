using System.CommandLine;
using System.Globalization;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary><c>--test-repo</c>: package repositories of the servers, which the task <c>install</c> finds in its overrides.</summary>
internal sealed class TestRepositories
{
    private readonly Option<string[]> _repositories = new("--test-repo") { HelpName = "REPO", Description = "Package repository of the servers: NAME:URL, NAME!PRIORITY:URL, or @FILE with a list of {name, url, priority} in YAML or JSON; may be repeated" };
    private readonly Option<bool> _noTags = new("--no-canonical-tags") { Description = "Packages are built without the tags of Ceph's own repository" };
    private readonly Terminal _terminal;

    public TestRepositories(Terminal terminal, Command verb)
    {
        _terminal = terminal;
        foreach (var option in Options)
            verb.Add(option);
    }

    /// <summary>Whether packages are built without the tags of Ceph's own repository.</summary>
    public bool NoTags(ParseResult line) => line.GetValue(_noTags);

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> Options => [_repositories, _noTags];

    /// <summary>What the options put over each job, as a file; null where they say nothing.</summary>
    /// <param name="line">The line.</param>
    /// <param name="directory">Where the file is put.</param>
    /// <exception cref="ConfigurationException">One makes no sense.</exception>
    public string? Write(ParseResult line, string directory)
    {
        var repositories = new YamlList();
        foreach (var text in line.GetValue(_repositories) ?? [])
        {
            if (text.StartsWith('@'))
                repositories.AddRange(OfFile(_terminal.FullPath(text[1..])));
            else
                repositories.Add(OfText(text));
        }

        if (repositories.Count == 0)
            return null;
        Directory.CreateDirectory(directory);
        var file = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"repositories-{Environment.ProcessId}.yaml"));
        File.WriteAllText(file, YamlDumper.Dump(new YamlMap { ["overrides"] = new YamlMap { ["install"] = new YamlMap { ["repos"] = repositories } } }));
        return file;
    }

    private static YamlMap OfText(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !Uri.TryCreate(text[(colon + 1)..], UriKind.Absolute, out _))
            throw new ConfigurationException($"--test-repo '{text}' is neither NAME:URL, NAME!PRIORITY:URL nor @FILE");
        var name = text[..colon];
        var mark = name.LastIndexOf('!');
        if (mark < 0)
            return new YamlMap { ["name"] = name, ["url"] = text[(colon + 1)..] };
        if (mark == 0 || !long.TryParse(name[(mark + 1)..], CultureInfo.InvariantCulture, out var priority))
            throw new ConfigurationException($"--test-repo '{text}': '{name[(mark + 1)..]}' is no priority");
        return new YamlMap { ["name"] = name[..mark], ["priority"] = priority, ["url"] = text[(colon + 1)..] };
    }

    private static IEnumerable<object?> OfFile(string file)
    {
        if (!File.Exists(file))
            throw new ConfigurationException($"--test-repo: there is no file {file}");
        if (YamlLoader.LoadFile(file) is not YamlList { Count: > 0 } list || list.Any(one => one is not YamlMap map || map.Get("name") is not string || map.Get("url") is not string))
            throw new ConfigurationException($"--test-repo: {file} must be a list of {{name, url, priority}}");
        return list;
    }
}
