using Teuthology.Jobs;
using Teuthology.Lab;

namespace Teuthology.Scheduling.Tests;

/// <summary>An engine and a lab whose jobs do what the test says; they count how many machines are in use at once.</summary>
internal sealed class RecordedEngine(int machines, Func<JobSpec, CancellationToken, Task> work) : IJobEngine, ILab
{
    private readonly Lock _gate = new();
    private int _used;

    public int MostUsed { get; private set; }

    public List<string> Begun { get; } = [];

    public Task<LabOffer> DescribeAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new LabOffer("test", machines, LabFeatures.None, null));

    public Task<IMachineLease> AcquireAsync(MachineRequest request, IProgress<string>? progress, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IJobSession> StartAsync(JobSpec job, IJobObserver? observer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            Begun.Add(job.JobId);
            _used += Machines(job);
            MostUsed = Math.Max(MostUsed, _used);
        }

        return Task.FromResult<IJobSession>(new Session(this, job, observer));
    }

    private static int Machines(JobSpec job) => ((Yaml.YamlList)job.Config.Get("roles")!).Count;

    private sealed class Session(RecordedEngine engine, JobSpec job, IJobObserver? observer) : IJobSession
    {
        private Exception? _failure;
        private JobResult? _result;

        public JobSpec Job => job;

        public string? SkipReason => null;

        public string? ArchivePath => null;

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            try
            {
                await engine._work(job, cancellationToken);
            }
            catch (Exception failure)
            {
                _failure = failure;
                throw;
            }
        }

        public Task<JobResult> UnwindAsync()
        {
            if (_result is null)
            {
                lock (engine._gate)
                    engine._used -= Machines(job);
                var status = _failure switch
                {
                    null => JobStatus.Pass,
                    OperationCanceledException => JobStatus.Dead,
                    _ => JobStatus.Fail,
                };
                _result = new JobResult(status, _failure?.Message, TimeSpan.Zero, null, _failure);
                observer?.Ended(job, _result);
            }

            return Task.FromResult(_result);
        }

        public async ValueTask DisposeAsync() => await UnwindAsync();
    }

    private readonly Func<JobSpec, CancellationToken, Task> _work = work;
}
