using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Tasks;

/// <summary>What site, task and <c>overrides.buildpackages</c> say about building, the later ones over the former.</summary>
internal sealed record BuildPackagesOptions
{
    private static readonly string[] Keys = ["good_machine", "min_machine", "machine_type", "git_url", "script", "timeout", "directory", "host"];
    private static readonly string[] Sizes = ["disk", "ram", "cpus"];

    // 20 minutes short of four hours, as upstream
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(220);

    /// <summary>Size of the machine that is tried first.</summary>
    public required ServerNeeds Good { get; init; }

    /// <summary>Size that will do where the lab has none of <see cref="Good"/>.</summary>
    public required ServerNeeds Least { get; init; }

    /// <summary>Kind of machine to build on; null for that of the job.</summary>
    public string? MachineType { get; init; }

    /// <summary>Where the sources are; null for what <c>PROJECT_git_url</c> and <c>ceph_git_base_url</c> say.</summary>
    public string? GitUrl { get; init; }

    /// <summary>File on the controller that builds in place of ours.</summary>
    public string? Script { get; init; }

    /// <summary>Most time that a build may take.</summary>
    public TimeSpan Timeout { get; init; } = Usual;

    /// <summary>Where builds are kept on the controller.</summary>
    public required string Directory { get; init; }

    /// <summary>Host under which a web server of the site gives <see cref="Directory"/>; null has each machine reach it through its connection with the controller.</summary>
    public string? Host { get; init; }

    /// <exception cref="ConfigurationException">A value makes no sense.</exception>
    public static BuildPackagesOptions Read(TaskRun run)
    {
        var site = run.Job.Options.Site.All.Get("buildpackages") as YamlMap ?? [];
        var said = (YamlMap)DeepMerge.Merge(DeepMerge.Merge(DeepMerge.Merge(new YamlMap(), site), run.Map()), run.Job.Overrides("buildpackages"))!;
        if (said.Keys.FirstOrDefault(key => !Keys.Contains(key)) is { } unknown)
            throw run.Wrong($"'{unknown}' is no key of it{NearMiss.Hint(unknown.ToString()!, Keys)}", unknown);
        var script = Text("script");
        if (script is not null && !(Path.IsPathRooted(script) && File.Exists(script)))
            throw run.Wrong($"'script' {script} is no file on this host; it must be an absolute path", "script");
        return new BuildPackagesOptions
        {
            Good = Size("good_machine", new ServerNeeds(48000, 40, 16, 0, 1)),
            Least = Size("min_machine", new ServerNeeds(8000, 40, 1, 0, 1)),
            MachineType = Text("machine_type"),
            GitUrl = Text("git_url"),
            Script = script,
            Timeout = said.Get("timeout") switch
            {
                null => Usual,
                long and > 0 and < int.MaxValue => TimeSpan.FromSeconds((long)said.Get("timeout")!),
                _ => throw run.Wrong("'timeout' must be a number of seconds above 0", "timeout"),
            },
            Directory = Path.GetFullPath(Text("directory") ?? Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "teuthology", "packages")),
            Host = Text("host"),
        };

        string? Text(string key) => said.Get(key) switch { null => null, string text => text, _ => throw run.Wrong($"'{key}' must be a text", key) };

        ServerNeeds Size(string key, ServerNeeds usual)
        {
            if (said.Get(key) is not (null or YamlMap))
                throw run.Wrong($"'{key}' must be a mapping with the keys disk (GB), ram (MB) and cpus", key);
            var size = said.Get(key) as YamlMap ?? [];
            if (size.Keys.FirstOrDefault(part => !Sizes.Contains(part)) is { } other)
                throw run.Wrong($"'{key}.{other}' is no part of a machine's size{NearMiss.Hint(other.ToString()!, Sizes)}", key);
            return usual with { Ram = Part("ram", usual.Ram), Disk = Part("disk", usual.Disk), Cpus = Part("cpus", usual.Cpus) };

            int Part(string part, int otherwise) => size.Get(part) switch
            {
                null => otherwise,
                long and >= 0 and <= int.MaxValue => (int)(long)size.Get(part)!,
                _ => throw run.Wrong($"'{key}.{part}' must be a whole number", key),
            };
        }
    }
}
