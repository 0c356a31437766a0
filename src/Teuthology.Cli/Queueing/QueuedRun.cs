using System.Text.Json.Nodes;
using Teuthology.Results;
using Teuthology.Scheduling;

namespace Teuthology.Cli;

/// <summary>
/// Runs a job that a worker took from the queue. This process holds the claim itself from now on: its worker may die, the job goes on; this process may
/// die, the job goes back to the queue; another worker may have the job already, then nothing is run.
/// </summary>
internal sealed class QueuedRun(Terminal terminal, RunSettings settings, string claimFile)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromHours(6);
    private static readonly string[] Over = [JobState.Pass, JobState.Fail, JobState.Dead, JobState.Skip];

    /// <summary>Checks out the suites that the job names by a repository, when it has them nowhere else; null for none.</summary>
    public Func<CancellationToken, Task<string?>>? FetchSuites { get; init; }

    public async Task<int> RunAsync(RunPlan plan, CancellationToken cancellationToken)
    {
        var file = ClaimFile.Read(claimFile);
        var option = new QueueOption(terminal);
        var claim = file.Claim();
        await using var queue = option.Open(file.Backend, option.Site);
        await using var keeper = await ClaimKeeper.AdoptAsync(
            queue, claim, $"job {Environment.ProcessId} on {Environment.MachineName}", QueueBackend.Policy(option.Site).Lease, terminal.Time, cancellationToken);
        if (keeper is null)
        {
            await terminal.Error.WriteLineAsync($"teuthology: job {file.Id} is another worker's by now, or gone from the queue; nothing is run");
            return ExitCode.NotOurs;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, keeper.Lost);
        var exitCode = ExitCode.Interrupted;
        InfrastructureRetry? retry = null;
        try
        {
            retry = new InfrastructureRetry(file.Attempt, InfrastructureRetry.MostOf(plan.Alone ?? [], option.Site), cancellationToken);
            if (plan.SuitesDirectory is null && FetchSuites is { } fetch)
                plan = plan with { SuitesDirectory = await fetch(stop.Token) };
            exitCode = await new RunSession(terminal, settings) { Claim = keeper, Retry = retry }.RunAsync("run", plan, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The job was unwound, and has its result unless it had not begun.
        }
        catch (Exception failure) when (!keeper.Lost.IsCancellationRequested)
        {
            await keeper.ReturnAsync(failure.Message);
            throw;
        }

        if (keeper.Lost.IsCancellationRequested)
        {
            await terminal.Error.WriteLineAsync($"teuthology: job {file.Id} became another worker's; it was given up here");
            return ExitCode.NotOurs;
        }

        if (retry?.Reason is { } again)
        {
            await terminal.Error.WriteLineAsync($"teuthology: job {file.Id} goes back to the queue: {again}");
            await keeper.ReturnAsync(again);
            return ExitCode.Success;
        }

        // Not before its result is told: a job that left the queue is nobody's.
        try
        {
            await TellAsync(file.Id, keeper.Lost);
        }
        catch (OperationCanceledException) when (keeper.Lost.IsCancellationRequested)
        {
            return ExitCode.NotOurs;
        }

        return await keeper.FinishAsync() ? exitCode : ExitCode.NotOurs;
    }

    private async Task TellAsync(string id, CancellationToken lost)
    {
        await using var results = await new ResultsOption(terminal).OpenAsync(asked: null, CancellationToken.None);
        for (var began = terminal.Time.GetTimestamp(); ; await Task.Delay(Pause, terminal.Time, lost))
        {
            try
            {
                if (await results.JobAsync(settings.Name!, id, lost) is not { } job || !Over.Contains(job.Status))
                    await results.SaveJobAsync(settings.Name!, id, Result(), lost);
                return;
            }
            catch (TeuthologyException e) when (terminal.Time.GetElapsedTime(began) < Patience)
            {
                await terminal.Error.WriteLineAsync($"teuthology: the result of job {id} is not told yet: {e.Message}");
            }
        }
    }

    // What a process that stops does not even begin has no summary.
    private JsonObject Result() => settings.JobArchive is { } archive && File.Exists(Path.Combine(archive, "summary.yaml"))
        ? ArchiveReport.Read(archive)
        : new JsonObject { ["status"] = JobState.Dead, ["failure_reason"] = "the job was stopped before it began" };
}
