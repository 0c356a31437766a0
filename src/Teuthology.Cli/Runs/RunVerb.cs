using System.CommandLine;
using System.Globalization;
using Teuthology.Scheduling;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary><c>teuthology run FILE...</c>: one job from its YAML files, on the machines it names or on the embedded lab.</summary>
internal sealed class RunVerb : Verb
{
    private readonly Argument<string[]> _files = new("FILE") { Description = "YAML files of the job, merged in this order; - is standard input", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> _description = new("--description") { HelpName = "TEXT", Description = "Description of the job" };
    private readonly Option<bool> _lock = new("--lock") { Description = "Lock machines for the job; without --block too few free ones are an error at once" };
    private readonly Option<bool> _block = new("--block") { Description = "With --lock: wait until enough machines are free" };
    private readonly Option<string?> _machineType = new("--machine-type") { HelpName = "TYPE", Description = "Kind of machine to take (default the job's machine_type, else any)" };
    private readonly Option<string?> _osType = new("--os-type") { HelpName = "OS", Description = "Distribution; sets the job's os_type" };
    private readonly Option<string?> _osVersion = new("--os-version") { HelpName = "VERSION", Description = "Its version; sets the job's os_version" };
    private readonly Option<string?> _suites = new("--suite-path") { HelpName = "DIR", Description = "Directory of suites, or a checkout, where tasks find workunits (default the job's suite_path, else $TEUTHOLOGY_SUITES)" };
    private readonly Option<bool> _interactive = new("--interactive-on-error") { Description = "Stop at a prompt when a task fails, before anything is unwound" };
    private readonly Option<string?> _claim = new("--claim") { HelpName = "FILE", Description = "The job's claim, as a worker hands it over", Hidden = true };
    private readonly RunOptionSet _options;

    public RunVerb(Terminal terminal)
        : base(terminal, "run", "Run one job from its YAML files")
    {
        Add(_files);
        foreach (var option in new Option[] { _description, _lock, _block, _machineType, _osType, _osVersion, _suites, _interactive, _claim })
            Add(option);
        _options = new RunOptionSet(this, oneJob: true);
        MachineTypeWords.Complete(_machineType, terminal);
        Remarks =
        [
            "A job with `targets` runs on those machines, over SSH, and locks nothing. Without targets the embedded lab of this host gives machines, or the provisioner that ~/.teuthology.yaml has for the machine type, waiting for free ones unless --lock is there without --block.",
            "The exit code is 0 when the job passed, or was skipped as the lab cannot give what it needs; else 1. Ctrl-C unwinds the job first; its machines are given back.",
        ];
        Examples =
        [
            ("teuthology run job.yaml", "Run it; `teuthology job.yaml` does the same"),
            ("teuthology run roles.yaml ceph.yaml workload.yaml", "A job in fragments"),
            ("teuthology run targets.yaml job.yaml -a /tmp/job", "On machines of yours, the archive in /tmp/job"),
            ("teuthology run job.yaml --machine-type vps", "On machines of a type of ~/.teuthology.yaml"),
            ("teuthology run job.yaml --tasks bin/Debug/net10.0/MyLab.Tests.dll", "With tasks of your own project"),
            ("teuthology suite expand rbd --merged --limit 1 | teuthology run -", "The first job of a suite, by hand"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        if (line.GetValue(_block) && !line.GetValue(_lock))
            throw new ConfigurationException("the --block option is only supported with the --lock option");
        var config = await JobFiles.MergeAsync(Terminal, line.GetRequiredValue(_files), cancellationToken);
        Override(config, line);
        var targets = config.Get("targets") is YamlMap { Count: > 0 };
        if (targets && line.GetValue(_lock))
            throw new ConfigurationException("You cannot specify targets in a config file when using the --lock option", config.MarkOf("targets"));
        var settings = _options.Read(line);
        if (settings.JobArchive is null && config.Get("archive_path") is string archive)
            settings = settings with { JobArchive = archive };
        if (settings.JobArchive is not null && config.Get("archive_path") is null)
            config["archive_path"] = Terminal.FullPath(settings.JobArchive);
        var id = Convert.ToString(config.Get("job_id"), CultureInfo.InvariantCulture) is { Length: > 0 } given ? given : "1";
        var plan = new RunPlan([new PlannedJob(id, line.GetValue(_description) ?? config.Get("description") as string, () => config)])
        {
            Alone = config,
            Remark = targets || line.GetValue(_lock) || config.Get("roles") is null ? null : "The job has no targets: the embedded lab of this host gives its machines",
            Count = () => 1,
            SuitesDirectory = Suites(line, config),
            Machines = new MachineChoice
            {
                OwnTargets = targets,
                Wait = !line.GetValue(_lock) || line.GetValue(_block),
                MachineType = line.GetValue(_machineType),
            },
        };
        return line.GetValue(_claim) is { } claim
            ? await new QueuedRun(Terminal, settings, Terminal.FullPath(claim)) { FetchSuites = stop => FetchAsync(config, settings.Jobs(Terminal).Site, stop) }.RunAsync(plan, cancellationToken)
            : await new RunSession(Terminal, settings).RunAsync("run", plan, cancellationToken);
    }

    private void Override(YamlMap config, ParseResult line)
    {
        if (line.GetValue(_interactive))
            config["interactive-on-error"] = true;
        if (line.GetValue(_osType) is { } system)
            config["os_type"] = system;
        if (line.GetValue(_osVersion) is { } version)
            config["os_version"] = version;
        if (line.GetValue(_suites) is { } suites)
            config["suite_path"] = Terminal.FullPath(suites);
    }

    private string? Suites(ParseResult line, YamlMap config)
    {
        var named = line.GetValue(_suites) ?? config.Get("suite_path") as string ?? Terminal.Environment("TEUTHOLOGY_SUITES");
        return named is null ? null : SuitesDirectory.Find(Terminal.FullPath(named), null);
    }

    // A job of a scheduled run brings its suites by repository and commit.
    private async Task<string?> FetchAsync(YamlMap config, SiteConfig site, CancellationToken cancellationToken)
    {
        if (config.Get("suite_repo") is not string { Length: > 0 } repository)
            return null;
        var checkouts = new Checkouts(
            Checkouts.DirectoryOf(site, Terminal.Environment("HOME") ?? Terminal.FullPath("~")), Terminal.Time, new ErrorLog(Terminal, verbose: true).CreateLogger("checkouts"));
        var root = await checkouts.FetchAsync(repository, config.Get("suite_branch") as string ?? "main", config.Get("suite_sha1") as string, cancellationToken);
        var below = Path.Combine(root, config.Get("suite_relpath") as string ?? "qa");
        config["suite_path"] = below;
        return SuitesDirectory.Find(Directory.Exists(below) ? below : root, null);
    }
}
