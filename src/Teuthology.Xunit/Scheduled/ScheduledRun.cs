using System.Globalization;
using Teuthology.Results;
using Teuthology.Scheduling;
using Teuthology.Suites;
using Teuthology.Yaml;

namespace Teuthology.Xunit;

/// <summary>
/// The jobs of a test run, queued for workers: a run for each suite, between a first and a last job, as <c>teuthology suite -s</c> queues it. One watch asks for all of them.
/// </summary>
internal sealed class ScheduledRun : IAsyncDisposable
{
    private const string TimeFormat = "yyyy-MM-dd_HH:mm:ss";
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private readonly SuiteSettings _settings;
    private readonly ScheduledSettings _scheduled;
    private readonly SiteConfig _site;
    private readonly IJobQueue _queue;
    private readonly IResultsDirectory _results;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closing = new();
    private readonly Dictionary<string, List<string>> _queued = [];
    private readonly Lock _gate = new();
    private Task? _takeBack;
    private Task _watch = Task.CompletedTask;

    private ScheduledRun(SuiteSettings settings, SiteConfig site, IJobQueue queue, IResultsDirectory results, TimeProvider time) =>
        (_settings, _scheduled, _site, _queue, _results, _time) = (settings, settings.Scheduled!, site, queue, results, time);

    /// <summary>The jobs, in the order that they were given.</summary>
    public IReadOnlyDictionary<SuiteJob, ScheduledJob> Jobs { get; private set; } = new Dictionary<SuiteJob, ScheduledJob>();

    /// <summary>Queues the jobs.</summary>
    /// <param name="settings">What the test run goes by.</param>
    /// <param name="stateDirectory">Where the host keeps its state.</param>
    /// <param name="jobs">The jobs.</param>
    /// <param name="site">The site's configuration.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Stops it; what is queued is taken back.</param>
    /// <exception cref="ConfigurationException">Settings or the site make no sense.</exception>
    /// <exception cref="TeuthologyException">Kind Infrastructure: the queue or the results do not answer.</exception>
    public static async Task<ScheduledRun> StartAsync(SuiteSettings settings, string stateDirectory, IReadOnlyList<SuiteJob> jobs, SiteConfig site, TimeProvider time, CancellationToken cancellationToken)
    {
        var scheduled = settings.Scheduled!;
        var queue = QueueBackend.Open(scheduled.Queue, site, Environment.GetEnvironmentVariable, stateDirectory, time);
        var results = await ResultsDirectory.OpenAsync(scheduled.Server, site, () => ResultsStore.OpenAsync(Environment.GetEnvironmentVariable, site, stateDirectory, time, cancellationToken), new ServerPatience { Time = time });
        var run = new ScheduledRun(settings, site, queue, results, time);
        try
        {
            var all = new Dictionary<SuiteJob, ScheduledJob>();
            foreach (var suite in jobs.GroupBy(job => job.Suite, StringComparer.Ordinal))
                await run.QueueSuiteAsync(suite.Key, [.. suite], all, cancellationToken);
            run.Jobs = all;
            run._watch = Task.Run(run.WatchAsync, CancellationToken.None);
            return run;
        }
        catch
        {
            await run.TakeBackAsync();
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes the jobs back that nobody has begun, and has workers end the others: they look at the results now and then; once.</summary>
    public Task TakeBackAsync()
    {
        lock (_gate)
            return _takeBack ??= Task.Run(TakeBackOnceAsync);
    }

    /// <summary>Stops watching; the jobs go on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _watch;
        await _queue.DisposeAsync();
        await _results.DisposeAsync();
        _closing.Dispose();
    }

    private async Task QueueSuiteAsync(string suite, List<SuiteJob> jobs, Dictionary<SuiteJob, ScheduledJob> all, CancellationToken cancellationToken)
    {
        var template = await TemplateAsync(suite, cancellationToken);
        var ids = _queued[template.RunName!] = [];
        var scheduler = new JobScheduler(_queue, _results, _ => { });
        var composer = new JobComposer(_settings.SuitesDirectory, template, seed: _settings.Seed) { Overlays = [.. _settings.Overrides.Select(JobOverlay.Load)] };
        var terms = new ScheduleTerms { RunName = template.RunName!, Tube = QueuedJob.Tube(template.MachineType), Owner = ScheduleTerms.DefaultOwner, Priority = template.Priority };
        await PutAsync(terms with { FirstInSuite = true, Seed = _settings.Seed.ToString(CultureInfo.InvariantCulture), Subset = template.Subset }, []);
        foreach (var job in jobs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                // A job that a script drops is skipped before anybody asks for it.
                if (composer.Compose(job) is { } composed)
                    all[job] = new ScheduledJob(template.RunName!, await PutAsync(terms with { Description = job.Description }, composed.Config));
            }
            catch (ConfigurationException mistake)
            {
                all[job] = new ScheduledJob(template.RunName!, null, mistake);
            }
        }

        await PutAsync(terms with { LastInSuite = true, Email = _scheduled.Email, Timeout = ((long)_site.ResultsTimeout.TotalSeconds).ToString(CultureInfo.InvariantCulture) }, []);

        async Task<string> PutAsync(ScheduleTerms about, YamlMap config)
        {
            var id = await scheduler.PutAsync(QueuedJob.Document(about, config), cancellationToken);
            ids.Add(id);
            return id;
        }
    }

    private async Task<JobTemplate> TemplateAsync(string suite, CancellationToken cancellationToken)
    {
        var machineType = _scheduled.MachineType ?? QueuedJob.DefaultMachineType(_site)
            ?? throw new ConfigurationException("Must specify a machine_type: TEUTHOLOGY_MACHINE_TYPE, or default_machine_type in ~/.teuthology.yaml");
        var name = new RunName { User = Environment.UserName, Scheduled = _time.GetLocalNow().DateTime, Suite = suite, MachineType = QueuedJob.Tube(machineType)! };
        while (await _results.RunAsync(name.ToString(), cancellationToken) is not null)
            name = name with { Scheduled = name.Scheduled.AddSeconds(1) };
        return new JobTemplate
        {
            Suite = suite,
            RunName = name.ToString(),
            User = name.User,
            Timestamp = name.Scheduled.ToString(TimeFormat, CultureInfo.InvariantCulture),
            Priority = _scheduled.Priority,
            Seed = _settings.Seed,
            Subset = _settings.Subset?.ToString(),
            CephBranch = name.Branch,
            SuiteRelpath = null,
            SuitePath = _settings.SuitesDirectory,
            MachineType = machineType,
        };
    }

    private async Task WatchAsync()
    {
        var open = Jobs.Values.Where(job => job.JobId is not null).ToDictionary(job => (job.RunName, job.JobId!));
        while (open.Count > 0)
        {
            try
            {
                foreach (var run in open.Keys.Select(key => key.RunName).Distinct(StringComparer.Ordinal).ToList())
                {
                    foreach (var record in await _results.JobsAsync(run, _closing.Token))
                    {
                        if (open.TryGetValue((run, record.JobId), out var job))
                            job.Update(record);
                        if (!JobState.IsUnfinished(record.Status))
                            open.Remove((run, record.JobId));
                    }
                }

                await Task.Delay(s_pause, _time, _closing.Token);
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                return;
            }
            catch (TeuthologyException failure)
            {
                // The results stay away although they were asked again and again: the jobs go on without this test run.
                foreach (var job in open.Values)
                    job.End(failure);
                return;
            }
        }
    }

    private async Task TakeBackOnceAsync()
    {
        var scheduler = new JobScheduler(_queue, _results, _ => { });
        foreach (var (run, ids) in _queued)
        {
            await scheduler.TakeBackAsync(run, ids, CancellationToken.None);
            foreach (var job in await _results.JobsAsync(run, CancellationToken.None))
            {
                if (ids.Contains(job.JobId) && JobState.IsUnfinished(job.Status))
                    await JobEnds.TellKilledAsync(_results, run, job.JobId, CancellationToken.None);
            }
        }
    }
}
