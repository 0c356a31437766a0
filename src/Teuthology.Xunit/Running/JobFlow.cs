using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Teuthology.Jobs;
using Teuthology.Suites;
using Xunit;

namespace Teuthology.Xunit;

/// <summary>One job on its way through its test case: started, run, unwound; each step at most once.</summary>
/// <param name="run">The test run.</param>
/// <param name="testCase">The job's case.</param>
/// <param name="number">Number of the job in the run, from 1: its job id.</param>
internal sealed class JobFlow(SuiteRun run, JobTestCase testCase, int number)
{
    private static readonly AsyncLocal<JobFlow?> s_current = new();
    private readonly JobReport _report = new(run.Progress, run.Time, number, run.Count, testCase.Job.Description);
    private AsyncServiceScope? _scope;
    private IJobSession? _session;
    private Exception? _failure;
    private JobResult? _result;

    /// <summary>The flow of the job whose test runs here, null outside of one.</summary>
    public static JobFlow? Current
    {
        get => s_current.Value;
        set => s_current.Value = value;
    }

    /// <summary>How the job ended, once it did.</summary>
    public JobResult? Result => _result ?? _report.Result;

    /// <summary>What the test's output tells of the job.</summary>
    public string Output => _report.Text;

    /// <summary>The job.</summary>
    public SuiteJob Job => testCase.Job;

    /// <summary>Cancelled when the run is to stop.</summary>
    public CancellationToken Stopping => run.Stopping;

    /// <summary>The job's session.</summary>
    /// <exception cref="InvalidOperationException">The job was not started.</exception>
    public IJobSession Session => _session ?? throw new InvalidOperationException("The job has not been started: a class that overrides InitializeAsync must call it on its base.");

    /// <summary>Services of the job's own scope.</summary>
    public IServiceProvider Services => (_scope ??= run.Services.CreateAsyncScope()).ServiceProvider;

    /// <summary>The flow of <paramref name="testCase"/>'s job.</summary>
    /// <param name="testCase">The case about to run.</param>
    /// <exception cref="InvalidOperationException">The test assembly runs under another test framework.</exception>
    public static JobFlow Required(JobTestCase testCase) => Current is { } flow && flow.Job == testCase.Job
        ? flow
        : throw new InvalidOperationException("Jobs run under Teuthology's test framework; the assembly needs [assembly: Xunit.TestFramework(\"Teuthology.Xunit.SuiteTestFramework\", \"Teuthology.Xunit\")], which Teuthology.Xunit.targets adds.");

    /// <summary>Reads the job's YAML and takes its machines.</summary>
    /// <exception cref="SkipException">The lab cannot give what the job needs, or a script of the suite drops the job.</exception>
    public async Task StartAsync()
    {
        _report.Starting();
        var spec = new JobSpec
        {
            Config = run.Merge(Job) ?? throw new SkipException("A premerge script of the suite drops this job."),
            Description = Job.Description,
            RunName = run.Name,
            JobId = number.ToString(CultureInfo.InvariantCulture),
            SuitesDirectory = run.Settings.SuitesDirectory,
            SkipUnready = CephCheckout.Holds(run.Settings.SuitesDirectory),
        };
        try
        {
            _session = await Services.GetRequiredService<IJobEngine>().StartAsync(spec, new ObserverGroup([_report, .. Services.GetServices<IJobObserver>()]), Stopping);
        }
        catch (OperationCanceledException e) when (Stopping.IsCancellationRequested)
        {
            throw _failure = new TeuthologyException(FailureKind.Infrastructure, "The run was stopped before this job had its machines.", e);
        }
        catch (Exception e)
        {
            _failure = e;
            throw;
        }

        if (_session.SkipReason is { } reason)
            throw new SkipException(reason);
    }

    /// <summary>Enters the job's tasks.</summary>
    /// <param name="cancellationToken">Cancels the job, as the run's stop does.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(Stopping, cancellationToken);
        try
        {
            await Session.RunAsync(both.Token);
        }
        catch (Exception e)
        {
            _failure = e;
            throw;
        }
    }

    /// <summary>Unwinds the job and gives its machines back; a job that never started has nothing to unwind.</summary>
    public async Task UnwindAsync()
    {
        if (_session is not null)
            _result ??= await _session.UnwindAsync();
    }

    /// <summary>Unwinds if nobody did, and drops the job's services.</summary>
    public async Task CloseAsync()
    {
        try
        {
            await UnwindAsync();
        }
        finally
        {
            if (_session is not null)
                await _session.DisposeAsync();
            if (_scope is { } scope)
                await scope.DisposeAsync();
        }
    }

    /// <summary>
    /// The one failure to tell, null for a pass; tells it on the console and, with the log's last lines, in the test's output.
    /// </summary>
    /// <param name="thrown">What the test threw, null when nothing.</param>
    public Exception? Judge(Exception? thrown)
    {
        var verdict = JobVerdict.Of(thrown, _failure, Result);
        _report.Ended(Result, verdict);
        run.Tally.Add(verdict);
        return verdict;
    }
}
