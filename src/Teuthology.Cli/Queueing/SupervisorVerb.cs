using System.CommandLine;
using System.Globalization;
using Teuthology.Scheduling;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary><c>teuthology supervisor</c>: runs one job and watches it; a dispatcher starts it.</summary>
internal sealed class SupervisorVerb : Verb
{
    private readonly Option<string> _archive = new("--archive-dir", "-a") { HelpName = "DIR", Description = "Directory that holds the archives of runs", Required = true };
    private readonly Option<string> _bin = new("--bin-path") { HelpName = "DIR", Description = "Where the program teuthology is", Required = true };
    private readonly Option<string> _config = new("--job-config") { HelpName = "FILE", Description = "The job, as a dispatcher writes it: orig.config.yaml", Required = true };
    private readonly Option<string?> _claim = new("--claim") { HelpName = "FILE", Description = "The job's claim, as a dispatcher hands it over", Hidden = true };
    private readonly Option<string?> _lab = LabSettings.Kind();

    public SupervisorVerb(Terminal terminal)
        : base(terminal, "supervisor", "Run one job and watch it; normally only run by the dispatcher")
    {
        foreach (var option in new Option[] { _archive, _bin, _config, _claim, _lab })
            Add(option);
        Remarks =
        [
            "Signs of life go to the results every watchdog_interval seconds (120). A job that takes longer than max_job_time is told to stop, so that it saves its logs and gives its machines back; one that does not stop is killed and its machines are unlocked.",
            "The exit code is the job's; 0 for one that is expired.",
        ];
        Examples = [("teuthology supervisor -a /a --bin-path /usr/bin --job-config /a/RUN/7/orig.config.yaml", "As the dispatcher calls it")];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var file = Terminal.FullPath(line.GetRequiredValue(_config));
        if (!File.Exists(file))
            throw new ConfigurationException($"{file}: there is no such file");
        var job = YamlLoader.LoadFile(file) as YamlMap ?? throw new ConfigurationException($"{file}: a job is a mapping (roles:, tasks:, ...), this is none");
        if (job.Get("name") is not string { Length: > 0 } run || Convert.ToString(job.Get("job_id"), CultureInfo.InvariantCulture) is not { Length: > 0 } id)
            throw new ConfigurationException($"{file}: the job has no name of a run, or no job_id");
        var archive = job.Get("archive_path") as string ?? Path.GetDirectoryName(file)!;
        var program = Path.Combine(Terminal.FullPath(line.GetRequiredValue(_bin)), CommandLine.Name);
        var session = new SupervisorSession(Terminal, job, run, id, archive, line.GetValue(_claim), file)
        {
            Options = new WorkerOptions
            {
                Tube = job.Get("tube") as string ?? "",
                Archive = Terminal.FullPath(line.GetRequiredValue(_archive)),
                LogFile = Path.Combine(archive, $"supervisor.{id}.log"),
                ChildrenDirectory = "",
                Program = File.Exists(program) ? program : OwnProgram.Path,
                Environment = OwnProgram.Surroundings(Terminal),
                LabKind = line.GetValue(_lab),
                Verbose = line.GetValue<bool>("--verbose"),
                Site = SiteConfig.Load(Terminal.Environment),
            },
        };
        return await session.RunAsync(cancellationToken);
    }
}
