using System.CommandLine;
using Teuthology.Scheduling;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary><c>teuthology run FILE...</c>: one job from its YAML files, on the embedded lab.</summary>
internal sealed class RunVerb : Verb
{
    private readonly Argument<string[]> _files = new("FILE") { Description = "YAML files of the job, merged in this order; - is standard input", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> _description = new("--description") { HelpName = "TEXT", Description = "Description of the job" };
    private readonly Option<string?> _suites = new("--suite-path") { HelpName = "DIR", Description = "Directory of suites, or a checkout, where tasks find workunits (default $TEUTHOLOGY_SUITES)" };
    private readonly Option<bool> _interactive = new("--interactive-on-error") { Description = "Stop at a prompt when a task fails, before anything is unwound" };
    private readonly RunOptionSet _options;

    public RunVerb(Terminal terminal)
        : base(terminal, "run", "Run one job from its YAML files")
    {
        Add(_files);
        Add(_description);
        Add(_suites);
        Add(_interactive);
        _options = new RunOptionSet(this);
        Remarks = ["The exit code is 0 when the job passed, or was skipped as the lab cannot give what it needs; else 1. Ctrl-C unwinds the job first; its machines are given back."];
        Examples =
        [
            ("teuthology run job.yaml", "Run it; `teuthology job.yaml` does the same"),
            ("teuthology run roles.yaml ceph.yaml workload.yaml", "A job in fragments"),
            ("teuthology suite expand rbd --merged --limit 1 | teuthology run -", "The first job of a suite, by hand"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var config = await MergeAsync(line.GetRequiredValue(_files), cancellationToken);
        if (line.GetValue(_interactive))
            config["interactive-on-error"] = true;
        var description = line.GetValue(_description) ?? config.Get("description") as string;
        var suites = (line.GetValue(_suites) ?? Terminal.Environment("TEUTHOLOGY_SUITES")) is { } named
            ? SuitesDirectory.Find(Terminal.FullPath(named), null)
            : null;
        return await new RunSession(Terminal, _options.Read(line))
            .RunAsync("run", [new PlannedJob("1", description, () => config)], suites, cancellationToken);
    }

    private async Task<YamlMap> MergeAsync(string[] files, CancellationToken cancellationToken)
    {
        object? merged = new YamlMap();
        foreach (var file in files)
        {
            var value = file == "-"
                ? YamlLoader.Load(await Terminal.In().ReadToEndAsync(cancellationToken), "-")
                : YamlLoader.LoadFile(Terminal.FullPath(file));
            if (value is not null and not YamlMap)
                throw new ConfigurationException($"{file}: a job file holds a mapping (roles:, tasks:, ...), this one does not");
            merged = DeepMerge.Merge(merged, value);
        }

        return (YamlMap)merged!;
    }
}
