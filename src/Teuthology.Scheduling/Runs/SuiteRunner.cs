using System.Collections.Concurrent;
using Teuthology.Jobs;
using Teuthology.Lab;
using Teuthology.Yaml;

namespace Teuthology.Scheduling;

/// <summary>Runs the jobs of a run here and now, side by side as far as the lab's machines go.</summary>
/// <param name="engine">Runs one job.</param>
/// <param name="lab">Tells how many machines there are.</param>
/// <param name="time">Clock.</param>
public sealed class SuiteRunner(IJobEngine engine, ILab lab, TimeProvider time)
{
    /// <summary>Runs all jobs. One that fails, or cannot even be read, does not keep the others from running.</summary>
    /// <param name="request">The run.</param>
    /// <param name="observers">Told of every job's steps, from several jobs at a time.</param>
    /// <param name="cancellationToken">Begins no more jobs and unwinds those that run; the outcome is given all the same.</param>
    /// <exception cref="ConfigurationException">The list of jobs itself cannot be made.</exception>
    public async Task<RunOutcome> RunAsync(RunRequest request, IReadOnlyList<IJobObserver> observers, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var offer = await lab.DescribeAsync(request.Machines.MachineType, cancellationToken);
        var budget = new MachineBudget(Math.Max(1, offer.Machines));
        var turns = new MachineBudget(Math.Max(1, request.AtOnce ?? int.MaxValue));
        var ended = new ConcurrentBag<(JobSpec Job, JobResult Result)>();
        var running = new List<Task>();
        try
        {
            foreach (var planned in request.Jobs)
            {
                var job = Specify(request, planned, out var mistake);
                var observer = new ObserverGroup(observers);
                if (mistake is not null)
                {
                    ended.Add((job, Refuse(job, observer, mistake)));
                    continue;
                }

                await turns.TakeAsync(1, cancellationToken);
                var share = await budget.TakeAsync(job.Config.Get("roles") is YamlList roles ? roles.Count : 1, cancellationToken);
                running.RemoveAll(task => task.IsCompletedSuccessfully);
                running.Add(Task.Run(
                    async () =>
                    {
                        try
                        {
                            if (await RunOneAsync(job, observer, cancellationToken) is { } result)
                                ended.Add((job, result));
                        }
                        finally
                        {
                            budget.GiveBack(share);
                            turns.GiveBack(1);
                        }
                    },
                    CancellationToken.None));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        finally
        {
            await Task.WhenAll(running);
        }

        var jobs = ended.OrderBy(job => job.Job.JobId.Length).ThenBy(job => job.Job.JobId, StringComparer.Ordinal).ToList();
        return new RunOutcome(request.RunName, jobs, cancellationToken.IsCancellationRequested, time.GetElapsedTime(start));
    }

    private static JobSpec Specify(RunRequest request, PlannedJob planned, out ConfigurationException? mistake)
    {
        var config = new YamlMap();
        mistake = null;
        try
        {
            config = planned.Merge();
        }
        catch (ConfigurationException failure)
        {
            mistake = failure;
        }

        return new JobSpec
        {
            Config = config,
            Description = planned.Description,
            RunName = request.RunName,
            JobId = planned.JobId,
            SuitesDirectory = request.SuitesDirectory,
            SkipUnready = request.SkipUnready,
            Owner = request.Owner,
            ArchivePath = request.JobArchive,
            OwnTargets = request.Machines.OwnTargets,
            WaitForMachines = request.Machines.Wait,
            MachineType = request.Machines.MachineType,
        };
    }

    private static JobResult Refuse(JobSpec job, ObserverGroup observer, Exception reason)
    {
        var status = reason is TeuthologyException { Kind: FailureKind.Infrastructure or FailureKind.ConnectionLost } ? JobStatus.Dead : JobStatus.Fail;
        observer.Ended(job, new JobResult(status, reason.Message, TimeSpan.Zero, null, reason));
        return observer.Result!;
    }

    /// <returns>Null when the job was cancelled before anything of it was there.</returns>
    private async Task<JobResult?> RunOneAsync(JobSpec job, ObserverGroup observer, CancellationToken cancellationToken)
    {
        IJobSession session;
        try
        {
            session = await engine.StartAsync(job, observer, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return observer.Result;
        }
        catch (Exception failure)
        {
            return observer.Result ?? Refuse(job, observer, failure);
        }

        await using (session)
        {
            // The session keeps the failure; unwinding gives it back as the result.
            if (session.SkipReason is null)
                await session.RunAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return await session.UnwindAsync();
        }
    }
}
