using System.CommandLine;
using Teuthology.Results;

namespace Teuthology.Cli;

/// <summary><c>teuthology kill</c>: ends a run or some of its jobs, wherever they are: in the queue, in line for machines, at work.</summary>
internal sealed class KillVerb : Verb
{
    private readonly Option<string?> _run = new("--run", "-r") { HelpName = "RUN", Description = "Name of the run to kill" };
    private readonly Option<string[]> _jobs = new("--job", "-j") { HelpName = "JOB", Description = "Kill only the job of this id; may be given several times", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _spec = new("--jobspec", "-J") { HelpName = "RUN/JOB", Description = "The job to kill, by its run and its id" };
    private readonly Option<bool> _preserve = new("--preserve-queue", "-p") { Description = "Leave queued jobs in the queue" };
    private readonly Option<string?> _owner = new("--owner", "-o") { HelpName = "OWNER", Description = "Unlock only what this owner holds (default the job's owner)" };
    private readonly Option<string?> _machineType = new("--machine-type", "-m") { HelpName = "TYPE", Description = "Look only into this queue (default all)" };
    private readonly QueueOption _queue;
    private readonly ResultsOption _results;
    private readonly DirectoryOption _directory;

    public KillVerb(Terminal terminal)
        : base(terminal, "kill", "Kill a run or some of its jobs: queued, waiting and running ones")
    {
        _queue = new QueueOption(terminal);
        _results = new ResultsOption(terminal);
        _directory = new DirectoryOption(terminal);
        foreach (var option in new Option[] { _run, _jobs, _spec, _preserve, _owner, _machineType, _queue.Backend })
            Add(option);
        MachineTypeWords.Complete(_machineType, terminal);
        Remarks =
        [
            "Queued jobs of a run are deleted, also from the results, and the run with them when nothing else is in it; with --job they end dead. Jobs at work are told to stop, so that they save their logs and give their machines back, and are killed when they do not within two minutes. What they hold then is unlocked. They end dead, with the reason `killed`.",
            "A job's process is ended at once on the host that runs it. Called elsewhere, the job ends in the results and loses its machines, and its worker ends the process when it next tells of it (`watchdog_interval`, two minutes). Exit code 1 when a process cannot be killed; nothing is unlocked then.",
        ];
        Examples =
        [
            ("teuthology kill -r RUN", "All of a run"),
            ("teuthology kill -r RUN --preserve-queue", "What runs; what is queued stays"),
            ("teuthology kill -r RUN -j 7 -j 8", "Two jobs"),
            ("teuthology kill -J RUN/7", "One job"),
        ];
    }

    public override async Task<IEnumerable<string>> CompleteAsync(ParseResult line, string current, CancellationToken cancellationToken)
    {
        await using var results = await _results.OpenAsync(asked: null, cancellationToken, tries: 1);
        return (await results.RunsAsync(new RunQuery { Count = 50 }, cancellationToken)).Select(run => run.Name);
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var (run, jobs) = Choose(line);
        await using var queue = _queue.Open(line);
        await using var results = await _results.OpenAsync(asked: null, cancellationToken);
        await using var nodes = _directory.Open(line);
        var kill = new Killing(Terminal, queue, results, nodes)
        {
            Tube = line.GetValue(_machineType) is { } type ? Scheduling.QueuedJob.Tube(type) : null,
            Owner = line.GetValue(_owner),
        };
        return await kill.KillAsync(run, jobs, line.GetValue(_preserve), cancellationToken);
    }

    private (string Run, IReadOnlyList<string> Jobs) Choose(ParseResult line)
    {
        var jobs = line.GetValue(_jobs) ?? [];
        if (line.GetValue(_spec) is { } spec)
        {
            if (line.GetValue(_run) is not null || jobs.Length > 0)
                throw new ConfigurationException("--jobspec names run and job: --run and --job cannot be given, too");
            return spec.LastIndexOf('/') is > 0 and var at && at < spec.Length - 1
                ? (spec[..at], [spec[(at + 1)..]])
                : throw new ConfigurationException($"--jobspec must be RUN/JOB, not '{spec}'");
        }

        if (line.GetValue(_run) is not { Length: > 0 } run)
            throw new ConfigurationException("what to kill? --run RUN, with --job JOB for some of its jobs, or --jobspec RUN/JOB");
        if (jobs.Length > 0 && line.GetValue(_preserve))
            throw new ConfigurationException("--preserve-queue is only applicable to a whole run");
        return (run, jobs);
    }
}
