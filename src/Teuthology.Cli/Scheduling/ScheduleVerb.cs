using System.CommandLine;
using System.Text.Json.Nodes;
using Teuthology.Results;
using Teuthology.Scheduling;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary><c>teuthology schedule</c>: puts one job into the queue.</summary>
internal sealed class ScheduleVerb : Verb
{
    private readonly Argument<string[]> _files = new("CONF_FILE") { Description = "YAML files of the job, merged in this order; - reads standard input", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string> _name = new("--name", "-n") { HelpName = "RUN", Description = "Name of the run that the job is part of", Required = true };
    private readonly Option<string?> _description = new("--description", "-d") { HelpName = "TEXT", Description = "Job description" };
    private readonly Option<string?> _owner = new("--owner", "-o") { HelpName = "OWNER", Description = "Job owner (default scheduled_user@host)" };
    private readonly Option<string?> _worker = new("--worker", "-w") { HelpName = "TUBE", Description = "Which workers run it, by type of machine (default the site's default_machine_type, else embedded)" };
    private readonly Option<long> _priority = new("--priority", "-p") { HelpName = "N", Description = "Lower is sooner", DefaultValueFactory = _ => 1000 };
    private readonly Option<int> _num = new("--num", "-N") { HelpName = "N", Description = "How many times to queue the job", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> _first = new("--first-in-suite") { Description = "The first job of a suite: notes down what a rerun needs" };
    private readonly Option<bool> _last = new("--last-in-suite") { Description = "The last job of a suite: sends its results" };
    private readonly Option<string?> _email = new("--email") { HelpName = "ADDRESS", Description = "Who gets the results; with --last-in-suite" };
    private readonly Option<long?> _timeout = new("--timeout") { HelpName = "SECONDS", Description = "How long to wait for jobs before the results are sent; with --last-in-suite" };
    private readonly Option<string?> _seed = new("--seed") { HelpName = "S", Description = "Random seed of the suite; with --first-in-suite" };
    private readonly Option<string?> _subset = new("--subset") { HelpName = "i/N", Description = "Piece of the suite; with --first-in-suite" };
    private readonly Option<bool> _noNested = new("--no-nested-subset") { Description = "Nested subsets were switched off; with --first-in-suite" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Queue nothing, print the job as it would be queued" };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object for each queued job: name, job_id, tube, priority" };
    private readonly QueueOption _queue;
    private readonly ResultsOption _results;

    public ScheduleVerb(Terminal terminal)
        : base(terminal, "schedule", "Put a job into the queue")
    {
        _queue = new QueueOption(terminal);
        _results = new ResultsOption(terminal);
        Add(_files);
        foreach (var option in new Option[] { _name, _description, _owner, _worker, _priority, _num, _queue.Backend, _results.Server, _first, _last, _email, _timeout, _seed, _subset, _noNested, _dryRun, _json })
            Add(option);
        MachineTypeWords.Complete(_worker, terminal);
        Remarks =
        [
            "Keys of the YAML files win over options: priority, owner, machine_type and the like. `targets` are left out, the worker takes machines. The job's id is the queue's.",
        ];
        Examples =
        [
            ("teuthology schedule -n mine-1 -w smithi job.yaml", "One job for workers of smithi"),
            ("teuthology schedule -n mine-2 -p 50 -N 3 roles.yaml workload.yaml", "The same job three times, before most others"),
            ("teuthology schedule -n mine-3 --dry-run job.yaml", "Only show what the queue would get"),
            ("teuthology schedule -n mine-4 -b @/tmp/jobs.yaml job.yaml", "Append it to a file"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        Check(line);
        var terms = Terms(line);
        var config = await JobFiles.MergeAsync(Terminal, line.GetValue(_files) ?? [], cancellationToken);
        var document = QueuedJob.Document(terms, config);
        if (line.GetValue(_dryRun))
        {
            await Terminal.Out.WriteLineAsync($"---\n{YamlDumper.Dump(document)}");
            return ExitCode.Success;
        }

        await using var queue = _queue.Open(line, _results.Site);
        await using var results = _queue.IsFile(line) ? null : await _results.OpenAsync(line, cancellationToken);
        var scheduler = new JobScheduler(queue, results, Terminal.Error.WriteLine);
        for (var i = 0; i < line.GetValue(_num); i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var id = await scheduler.PutAsync(document, cancellationToken);
            await Terminal.Out.WriteLineAsync(line.GetValue(_json)
                ? new JsonObject { ["name"] = terms.RunName, ["job_id"] = id, ["tube"] = YamlJson.Convert(document.Get("tube")), ["priority"] = YamlJson.Convert(document.Get("priority")) }.ToJsonString()
                : $"Job scheduled with name {document.Get("name")} and ID {id}");
        }

        return ExitCode.Success;
    }

    private void Check(ParseResult line)
    {
        foreach (var option in new Option[] { _subset, _noNested, _seed })
            Only(option, line.GetValue(_first), "first");
        foreach (var option in new Option[] { _email, _timeout })
            Only(option, line.GetValue(_last), "last");
        if (line.GetRequiredValue(_name) is var name && (name.Trim().Length == 0 || name.All(char.IsAsciiDigit)))
            throw new ConfigurationException("Please use a more descriptive value for --name");
        if (line.GetValue(_num) < 1)
            throw new ConfigurationException("--num must be 1 or more");
        if (line.GetValue(_priority) is < 0 or > uint.MaxValue)
            throw new ConfigurationException("--priority must be from 0 to 4294967295");

        void Only(Option option, bool allowed, string which)
        {
            if (!allowed && line.GetResult(option) is { Implicit: false })
                throw new ConfigurationException($"{option.Name} is only applicable to the {which} job in a suite");
        }
    }

    private ScheduleTerms Terms(ParseResult line) => new()
    {
        RunName = line.GetRequiredValue(_name),
        Tube = line.GetValue(_worker) ?? QueuedJob.DefaultMachineType(_results.Site) ?? throw new ConfigurationException("Must specify a machine_type: --worker, or default_machine_type in ~/.teuthology.yaml"),
        Description = line.GetValue(_description),
        Owner = line.GetValue(_owner) ?? ScheduleTerms.DefaultOwner,
        Email = line.GetValue(_email),
        Verbose = line.GetValue<bool>("--verbose"),
        FirstInSuite = line.GetValue(_first),
        LastInSuite = line.GetValue(_last),
        Priority = line.GetValue(_priority),
        Timeout = line.GetValue(_timeout)?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Seed = line.GetValue(_seed),
        Subset = line.GetValue(_subset),
        NoNestedSubset = line.GetValue(_noNested),
    };
}
