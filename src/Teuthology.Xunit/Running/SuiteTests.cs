using Teuthology.Jobs;
using Teuthology.Suites;
using Xunit;

namespace Teuthology.Xunit;

/// <summary>
/// Base of a class whose tests are jobs. Around the method, the job's machines are taken and given back; a class may do more before and
/// after by overriding, or take xunit's fixtures in its constructor. One line is enough:
/// <code>public sealed class Suites : SuiteTests { [SuiteJobs] public Task Job() => RunJobAsync(); }</code>
/// </summary>
public abstract class SuiteTests : IAsyncLifetime
{
    private readonly JobFlow? _flow = JobFlow.Current;

    /// <summary>The job that this instance is made for.</summary>
    protected SuiteJob Job => Flow.Job;

    /// <summary>The job's session: its archive, and what it was asked to do.</summary>
    protected IJobSession Session => Flow.Session;

    /// <summary>Services of the test run, in a scope of this job; see <see cref="ISuiteServices"/> for one's own.</summary>
    protected IServiceProvider Services => Flow.Services;

    /// <summary>Cancelled when the run is to stop: Ctrl-C, SIGTERM, the IDE's stop button.</summary>
    protected CancellationToken Stopping => Flow.Stopping;

    private JobFlow Flow => _flow ?? throw new InvalidOperationException($"{GetType()} was made outside of a job: its test methods need [SuiteJobs], not [Fact].");

    /// <summary>Reads the job's YAML, waits for its machines and takes them.</summary>
    /// <exception cref="ConfigurationException">The YAML is broken (with file:line:column), or the job asks for what no lab has.</exception>
    /// <exception cref="SkipException">This lab cannot serve the job; the message says what is missing and how to get it.</exception>
    public virtual Task InitializeAsync() => Flow.StartAsync();

    /// <summary>Unwinds the job's tasks in reverse and gives the machines back, whatever the method did.</summary>
    public virtual Task DisposeAsync() => Flow.UnwindAsync();

    /// <summary>Runs the job's tasks in order; the first failure is thrown.</summary>
    /// <param name="cancellationToken">Cancels the job, as <see cref="Stopping"/> does.</param>
    protected Task RunJobAsync(CancellationToken cancellationToken = default) => Flow.RunAsync(cancellationToken);
}
