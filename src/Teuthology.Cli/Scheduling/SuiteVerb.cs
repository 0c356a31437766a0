using System.CommandLine;
using System.Text.Json.Nodes;
using Teuthology.Jobs;
using Teuthology.Results;
using Teuthology.Scheduling;
using Teuthology.Suites;
using Teuthology.Yaml;

namespace Teuthology.Cli;

/// <summary><c>teuthology suite -s SUITE</c>: queues the jobs of a suite, as upstream's <c>teuthology-suite</c>; other work on suites is below it.</summary>
internal sealed class SuiteVerb : Verb
{
    private readonly SuiteOptionSet _suite;
    private readonly TemplateOptionSet _template;
    private readonly ScheduleOptionSet _schedule;
    private readonly QueueOption _queue;
    private readonly ResultsOption _results;

    public SuiteVerb(Terminal terminal, params IEnumerable<Command> verbs)
        : base(terminal, "suite", "Suites: queue their jobs, list or run them, tell what they cover")
    {
        _suite = new SuiteOptionSet(terminal, this, scheduling: true);
        _schedule = new ScheduleOptionSet(this);
        _queue = new QueueOption(terminal);
        _results = new ResultsOption(terminal, letter: null);
        Add(_queue.Backend);
        Add(_results.Server);
        _template = new TemplateOptionSet(terminal, this, scheduling: true);
        foreach (var verb in verbs)
            Add(verb);
        Remarks =
        [
            "With -s or -r this queues a run for workers. Branches are looked up and suites checked out by git; with --suite-dir, where no repository is named by an option, the environment or ~/.teuthology.yaml, git is not asked at all and workers read the suites from that directory.",
            "Everything is checked before the first job is queued: branches, packages (where the site names a builder), priority and number of jobs. Ctrl-C takes back what is queued.",
            "Priorities: 10-49 urgent and blocking, 50-74 up to 25 jobs, 75-149 up to 100 jobs, 150-199 small runs, 200-1000 large ones.",
        ];
        Examples =
        [
            ("teuthology suite -s dummy --suite-dir suites", "Queue a suite of this directory for the workers of this host"),
            ("teuthology suite -s rados -c main -m smithi --subset 3/200 -p 150 -e me@example.com", "A part of a large suite; the results come by mail"),
            ("teuthology suite -r RUN -R fail,dead -m smithi --wait", "Run again what failed, and wait"),
            ("teuthology suite -s rbd -m smithi -c my-branch --newest 10 --dry-run -v", "What would be queued, at the newest commit that has packages"),
            ("teuthology suite expand rbd --suite-dir suites", "Only list the jobs"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        if (_suite.Suite(line) is null && _schedule.Rerun(line) is null)
            throw new ConfigurationException("name a suite to queue with --suite, or a run with --rerun; `teuthology suite --help` has the verbs for other work");
        _schedule.Check(line);
        var site = _template.Site;
        var mail = new FailureMail(new SmtpMail(site), site, _template.Email(line), Terminal.Error.WriteLine) { Off = _schedule.DryRun(line) };
        var name = "";
        try
        {
            return await ScheduleAsync(line, site, found => name = found, cancellationToken);
        }
        catch (ScheduleFailedException failure)
        {
            await mail.SendAsync(name, failure.Message, cancellationToken);
            throw new TeuthologyException(failure.Kind, $"Scheduling {name} failed: {failure.Message}", failure);
        }
    }

    private async Task<int> ScheduleAsync(ParseResult line, SiteConfig site, Action<string> named, CancellationToken cancellationToken)
    {
        var dryRun = _schedule.DryRun(line);
        await using var results = _queue.IsFile(line) && _schedule.Rerun(line) is null ? null : await _results.OpenAsync(line, cancellationToken);
        var rerun = _schedule.Rerun(line) is { } run ? await RerunAsync(line, results!, run, cancellationToken) : null;
        var selection = _schedule.Limited(line, _suite.Selection(line, rerun), _template.SleepBeforeTeardown(line), Terminal);
        using var http = new HttpClient();
        var checkouts = new Checkouts(Checkouts.DirectoryOf(site, Terminal.Environment("HOME") ?? Terminal.FullPath("~")), Terminal.Time, new ErrorLog(Terminal, line.GetValue<bool>("--verbose")).CreateLogger("checkouts"));
        var repositories = _template.Repositories(line) with { SuiteDirectory = _suite.DirectoryOf(line), ValidateSha1 = _schedule.ValidateSha1(line) };
        var kernel = await KernelAsync(line, site, cancellationToken);
        var draft = _template.Read(line, null, selection, _schedule.Owner(line), null, QueuedJob.DefaultMachineType(site), kernel);
        if (string.IsNullOrEmpty(draft.MachineType))
            throw new ConfigurationException("Must specify a machine_type: --machine-type, or default_machine_type in ~/.teuthology.yaml");
        named(draft.RunName!);
        var sources = await new SourceResolver(new GitReferences(http), checkouts, site, Terminal.Error.WriteLine).ResolveAsync(repositories, cancellationToken);
        var relpath = _template.Relpath(line);
        var tree = new SuiteTree(relpath is null
            ? SuitesDirectory.Find(sources.SuiteRoot, selection.Suite)
            : Path.Combine(sources.SuiteRoot, relpath, "suites"));
        var template = Template(draft, sources, tree) with { RunName = await FreeNameAsync(results, draft.RunName!, cancellationToken) };
        named(template.RunName!);
        var overlays = _template.Overlays(line).Select(path => Overlay(sources.SuiteRoot, path)).ToList();
        var request = _schedule.Request(line, new ScheduleRequest
        {
            Template = template,
            Selection = selection,
            Tree = tree,
            OverlayPaths = overlays,
            Compose = made => new JobComposer(tree.Directory, made, selection.Filter, selection.Options.Seed)
            {
                Overlays = [.. overlays.Select(JobOverlay.Load)],
                Arch = _template.Arch(line) ?? TemplateOptionSet.HostArchitecture(),
                Skipped = Terminal.Error.WriteLine,
            },
            Parents = new CommitHistory(http, site, checkouts, repositories, Terminal.Error.WriteLine).ParentsAsync,
            SuiteFollows = repositories.CephUrl == repositories.SuiteUrl && repositories.CephBranch == (sources.SuiteBranch ?? repositories.CephBranch) && repositories.SuiteSha1 is null,
            ResultsEmail = _template.Email(line) ?? site.ResultsEmail,
            Verbose = line.GetValue<bool>("--verbose"),
        }, site);

        await using var queue = dryRun ? null : _queue.Open(line, site);
        var scheduler = new SuiteScheduler(
            queue is null ? null : new JobScheduler(queue, _queue.IsFile(line) ? null : results, Terminal.Error.WriteLine),
            new PackageCheck(new Tasks.PackageLookup(), site),
            Terminal.Error.WriteLine,
            Terminal.Time);
        var scheduled = await scheduler.ScheduleAsync(request, cancellationToken);
        Tell(line, scheduled);
        if (!dryRun && scheduled.Jobs.Count > 0 && site.ResultsUiServer is { } ui)
            await Terminal.Error.WriteLineAsync($"Test results viewable at {ui.TrimEnd('/')}/{scheduled.RunName}/");
        if (scheduled.Jobs.Count == 0)
            throw new ConfigurationException("there is no job to queue: the filters left none");
        return dryRun || !_schedule.Wait(line) || results is null
            ? ExitCode.Success
            : await new WaitTelling(Terminal, site).WaitAsync(results, scheduled.RunName, _schedule.UploadUrl(line), _schedule.Json(line), cancellationToken);
    }

    private async Task<string?> KernelAsync(ParseResult line, SiteConfig site, CancellationToken cancellationToken)
    {
        if (_template.UnknownKernel(line) is not { } branch)
            return null;
        var (system, version) = _template.AskedSystem(line);
        var commit = await Tasks.PackageLookup.CommitAsync("kernel", branch, system, version, site, cancellationToken)
            ?? throw new ScheduleFailedException($"Kernel branch '{branch}' not found");
        await Terminal.Error.WriteLineAsync($"kernel sha1: {commit}");
        return commit;
    }

    private async Task<RerunChoice> RerunAsync(ParseResult line, IResultsDirectory results, string run, CancellationToken cancellationToken)
    {
        var rerun = await RerunChoice.ReadAsync(results, run, _schedule.RerunStatuses(line), cancellationToken);
        var asked = _suite.HasSeed(line) || _suite.HasSubset(line) ? _suite.Selection(line, rerun with { Seed = null, Subset = null, Descriptions = [] }) : null;
        if (_suite.HasSeed(line) && rerun.Seed is not null && asked!.Options.Seed.ToString() != rerun.Seed)
            throw new TeuthologyException(FailureKind.Test, $"--seed {asked.Options.Seed} does not match with rerun seed: {rerun.Seed}");
        if (_suite.HasSubset(line) && _suite.Selection(line).Options.Subset?.ToString() is var subset && subset != rerun.Subset)
            throw new TeuthologyException(FailureKind.Test, $"--subset {subset} does not match with rerun subset: {rerun.Subset ?? "none"}");
        await Terminal.Error.WriteLineAsync($"Using rerun seed={rerun.Seed}{(rerun.Subset is null ? "" : $" subset={rerun.Subset}")}");
        return rerun;
    }

    private static JobTemplate Template(JobTemplate draft, RunSources sources, SuiteTree tree) => draft with
    {
        CephSha1 = sources.CephSha1,
        CephRepo = sources.CephSha1 is null && !sources.FromRepositories ? null : draft.CephRepo,
        SuiteBranch = sources.SuiteBranch,
        SuiteSha1 = sources.SuiteSha1,
        SuiteRepo = sources.FromRepositories ? draft.SuiteRepo : null,
        SuiteRelpath = sources.FromRepositories ? draft.SuiteRelpath : null,
        SuitePath = sources.FromRepositories ? null : tree.Directory,
        TeuthologyBranch = sources.TeuthologyBranch,
        TeuthologySha1 = sources.TeuthologySha1,
    };

    // Two runs of a suite within a second are two runs.
    private static async Task<string> FreeNameAsync(IResultsDirectory? results, string wanted, CancellationToken cancellationToken)
    {
        while (results is not null && RunName.TryParse(wanted, out var name) && await results.RunAsync(wanted, cancellationToken) is not null)
            wanted = (name with { Scheduled = name.Scheduled.AddSeconds(1) }).ToString();
        return wanted;
    }

    // As upstream, relative to the suites' checkout; else to where the user stands.
    private string Overlay(string root, string path) =>
        File.Exists(Path.Combine(root, path)) ? Path.Combine(root, path) : Terminal.FullPath(path);

    private void Tell(ParseResult line, ScheduledRun run)
    {
        if (_schedule.Json(line))
        {
            Terminal.Out.WriteLine(new JsonObject
            {
                ["name"] = run.RunName,
                ["sha1"] = run.Sha1,
                ["generated"] = run.Generated,
                ["missing_packages"] = run.MissingPackages,
                ["jobs"] = new JsonArray([.. run.Jobs.Select(job => new JsonObject { ["job_id"] = job.Id, ["description"] = job.Description })]),
            }.ToJsonString());
            return;
        }

        foreach (var (id, _, document) in run.Jobs)
        {
            if (id is not null)
                Terminal.Out.WriteLine($"Job scheduled with name {run.RunName} and ID {id}");
            else if (_schedule.ShowsDocuments(line))
                Terminal.Out.Write($"---\n{YamlDumper.Dump(document)}");
        }
    }
}
