using System.CommandLine;
using Teuthology.Results;
using Teuthology.Scheduling;

namespace Teuthology.Cli;

/// <summary>The options of <c>suite</c> that say how jobs are queued, by upstream's names and letters.</summary>
internal sealed class ScheduleOptionSet
{
    private const int SleepersWithoutQuestion = 4;
    private static readonly string[] Statuses = ["dead", "fail", "pass", "queued", "running", "waiting"];

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Queue nothing; with -v show the commands, with -vv also the jobs" };
    private readonly Option<bool> _documents = new("-vv") { Description = "With --dry-run: also show each job as it would be queued" };
    private readonly Option<bool> _yes = new("--non-interactive", "-y") { Description = "Ask nothing" };
    private readonly Option<bool> _wait = new("--wait") { Description = "Wait until the run has ended; the exit code is then that of `teuthology wait`" };
    private readonly Option<int> _newest = new("--newest", "-n") { HelpName = "N", Description = "Go back up to N commits to one that has all packages" };
    private readonly Option<string?> _validate = new("--validate-sha1") { HelpName = "yes|no", Description = "Look whether commits that are named exist (default yes)" };
    private readonly Option<string?> _owner = new("--owner") { HelpName = "OWNER", Description = "Job owner (default scheduled_user@host)" };
    private readonly Option<int> _num = new("--num", "-N") { HelpName = "N", Description = "How many times to queue each job", DefaultValueFactory = _ => 1 };
    private readonly Option<long?> _timeout = new("--timeout") { HelpName = "SECONDS", Description = "How long to wait for jobs before the results are sent; kills nothing (default results_timeout of ~/.teuthology.yaml, else 43200)" };
    private readonly Option<string?> _uploadUrl = new("--archive-upload-url") { HelpName = "URL", Description = "Public address of uploaded archives, for the links of --wait" };
    private readonly Option<double> _throttle = new("--throttle") { HelpName = "SECONDS", Description = "Pause between jobs" };
    private readonly Option<string?> _rerun = new("--rerun", "-r") { HelpName = "RUN", Description = "Queue again those jobs of a run whose status is one of --rerun-statuses; seed and subset are the run's, other options have to be given again" };
    private readonly Option<string?> _rerunStatuses = new("--rerun-statuses", "-R") { HelpName = "STATUSES", Description = "dead, fail, pass, queued, running, waiting; commas between (default fail,dead)" };
    private readonly Option<bool> _force = new("--force-priority") { Description = "Any number of jobs at any priority" };
    private readonly Option<long?> _threshold = new("--job-threshold") { HelpName = "N", Description = "Queue nothing when there are more jobs, 0 for any number (default job_threshold of ~/.teuthology.yaml, else 500)" };
    private readonly Option<int?> _retry = new("--retry-infrastructure") { HelpName = "N", Description = "Try a job again up to N times that the lab failed, not the product or the test (default retry_infrastructure of ~/.teuthology.yaml, else 1)" };
    private readonly Option<bool> _json = new("--json") { Description = "The run as one JSON object: name, sha1, jobs" };

    public ScheduleOptionSet(Command verb)
    {
        foreach (var option in new Option[] { _rerun, _rerunStatuses, _dryRun, _documents, _yes, _wait, _newest, _validate, _owner, _num, _timeout, _uploadUrl, _throttle, _force, _threshold, _retry, _json })
            verb.Add(option);
    }

    public bool DryRun(ParseResult line) => line.GetValue(_dryRun);

    public bool ShowsDocuments(ParseResult line) => line.GetValue(_documents);

    public bool Wait(ParseResult line) => line.GetValue(_wait);

    public bool Json(ParseResult line) => line.GetValue(_json);

    public string? Owner(ParseResult line) => line.GetValue(_owner);

    public string? UploadUrl(ParseResult line) => line.GetValue(_uploadUrl);

    public string? Rerun(ParseResult line) => line.GetValue(_rerun);

    public bool ValidateSha1(ParseResult line) => line.GetValue(_validate) is not { } text || Truth.Read("--validate-sha1", text);

    public IReadOnlyList<string> RerunStatuses(ParseResult line) => SuiteOptionSet.Words([line.GetValue(_rerunStatuses) ?? $"{JobState.Fail},{JobState.Dead}"]);

    /// <exception cref="ConfigurationException">An option makes no sense.</exception>
    public void Check(ParseResult line)
    {
        if (line.GetValue(_num) < 1)
            throw new ConfigurationException("--num must be 1 or more");
        foreach (var (option, value) in new (Option, double)[] { (_newest, line.GetValue(_newest)), (_throttle, line.GetValue(_throttle)), (_timeout, line.GetValue(_timeout) ?? 0), (_threshold, line.GetValue(_threshold) ?? 0) })
        {
            if (value is < 0 or > 1e9 or double.NaN)
                throw new ConfigurationException($"{option.Name} must be 0 or more");
        }

        if (line.GetValue(_retry) is < 0 or > 100)
            throw new ConfigurationException("--retry-infrastructure must be a whole number from 0 to 100");
        if (RerunStatuses(line).FirstOrDefault(status => !Statuses.Contains(status)) is { } unknown)
            throw new ConfigurationException($"--rerun-statuses: '{unknown}' is no status{NearMiss.Hint(unknown, Statuses)}");
        if (line.GetResult(_rerunStatuses) is { Implicit: false } && Rerun(line) is null)
            throw new ConfigurationException("--rerun-statuses goes with --rerun");
    }

    /// <summary>Fewer jobs where all of them are to fall asleep on their machines: one, unless the user says how many, and more than four only when he means it.</summary>
    /// <exception cref="ConfigurationException">He cannot be asked, or says no.</exception>
    public SuiteSelection Limited(ParseResult line, SuiteSelection selection, long sleep, Terminal terminal)
    {
        if (sleep <= 0)
            return selection;
        var span = TimeSpan.FromSeconds(sleep);
        if (selection.Limit == 0)
        {
            terminal.Error.WriteLine("The --sleep-before-teardown option was provided: only 1 job will be scheduled. Use --limit to run more jobs");
            return selection with { Limit = 1 };
        }

        if (line.GetValue(_yes) || selection.Limit <= SleepersWithoutQuestion)
        {
            terminal.Error.WriteLine($"The --sleep-before-teardown option is active. There will be a maximum {selection.Limit} jobs running which will fall asleep for {span}");
            return selection;
        }

        if (!terminal.InIsTerminal)
            throw new ConfigurationException($"--sleep-before-teardown with --limit {selection.Limit} would keep many machines for {span}; -y says that you mean it");
        terminal.Error.Write($"Do you really want to lock all machines needed for up to {selection.Limit} jobs for {span}? (y/N): ");
        return terminal.In().ReadLine()?.Trim().ToLowerInvariant() is "y" or "yes" ? selection : throw new ConfigurationException("nothing is queued");
    }

    /// <summary>Completes a request.</summary>
    public ScheduleRequest Request(ParseResult line, ScheduleRequest request, SiteConfig site) => request with
    {
        Num = line.GetValue(_num),
        Newest = line.GetValue(_newest),
        Throttle = TimeSpan.FromSeconds(line.GetValue(_throttle)),
        ForcePriority = line.GetValue(_force),
        RetryInfrastructure = line.GetValue(_retry),
        Threshold = line.GetValue(_threshold) ?? site.JobThreshold,
        ResultsTimeout = line.GetValue(_timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : site.ResultsTimeout,
        VerifyPackages = site.SuiteVerifyCephHash,
        AllowMissingPackages = site.SuiteAllowMissingPackages,
        DryRun = DryRun(line),
        Verbose = request.Verbose || ShowsDocuments(line),
    };
}
