using Teuthology.Jobs;
using Teuthology.Orchestra;

namespace Teuthology.Tasks;

/// <summary>
/// <c>lockfile</c>: clients lock ranges of files in their mounts, started 0.1 s apart so that their order is known; a number in the list is a
/// pause in seconds. An attempt that is not done within its <c>maxwait</c> fails the job, unless it has <c>expectfail</c>; then the one that is done does.
/// The program that locks is Python; upstream builds one of C++.
/// </summary>
[Task("lockfile")]
public sealed class LockFileTask : ICheckedTask
{
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(0.1);

    /// <inheritdoc/>
    public void Check(TaskRun run)
    {
        foreach (var attempt in LockAttempt.Read(run).Where(a => a.Pause is null))
            RoleCommands.Machine(run, attempt.Client);
    }

    /// <inheritdoc/>
    public async Task RunAsync(TaskRun run, CancellationToken cancellationToken)
    {
        var attempts = LockAttempt.Read(run).Select(a => (Attempt: a, Remote: a.Pause is null ? RoleCommands.Machine(run, a.Client) : null)).ToList();
        foreach (var file in attempts.Where(a => a.Remote is not null).DistinctBy(a => (a.Remote, Path(run, a.Attempt))).ToList())
        {
            var path = Path(run, file.Attempt);
            var sudo = run.Job.HasSudo(file.Remote!);
            run.Defer($"remove {path}", (_, ct) => file.Remote!.RunAsync(RemoteCommand.Args("rm", "-f", "--", path) with { Sudo = sudo }, ct));
            await file.Remote!.RunAsync(
                RemoteCommand.Script($"touch -- {ShellQuote.Quote(path)} && chown {file.Remote.User} -- {ShellQuote.Quote(path)}") with { Sudo = sudo, Label = "make the file to lock" },
                cancellationToken);
        }

        TasksLog.Text(run.Log, "Starting lockfile");
        foreach (var remote in attempts.Select(a => a.Remote).OfType<Remote>().Distinct().ToList())
        {
            run.Defer("remove the program that locks", (_, ct) => remote.RunAsync(RemoteCommand.Args("rm", "-rf", "--", Folder(run)), ct));
            await remote.WriteFileAsync(Program(run), NodeTools.Read("lock-and-hold.py"), new RemoteFileOptions { Mkdir = true }, cancellationToken);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<Task>();
        try
        {
            foreach (var (attempt, remote) in attempts)
            {
                if (attempt.Pause is { } pause)
                    TasksLog.Text(run.Log, $"sleeping for {Text(pause.TotalSeconds)} seconds");
                await Task.Delay(attempt.Pause ?? Apart, run.Job.Time, cancellationToken);
                if (remote is not null)
                    running.Add(LockAsync(run, remote, attempt, stop.Token));
            }

            await Task.WhenAll(running);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(running).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private static async Task LockAsync(TaskRun run, Remote remote, LockAttempt attempt, CancellationToken cancellationToken)
    {
        var told = $"{attempt.Client} on {attempt.File}, bytes {attempt.Offset} to {attempt.Offset + attempt.Length}";
        var command = RemoteCommand.Args("python3", Program(run), Path(run, attempt), Text(attempt.Hold), Text(attempt.Offset), Text(attempt.Length)) with
        {
            Label = "lock", Timeout = attempt.MaxWait is { } wait && wait > TimeSpan.Zero ? wait : attempt.MaxWait is null ? null : TimeSpan.FromMilliseconds(1),
        };
        var done = true;
        try
        {
            await remote.RunAsync(command, cancellationToken);
        }
        catch (CommandTimeoutException)
        {
            done = false;
        }

        if (done == attempt.ExpectFail)
            throw new TeuthologyException(FailureKind.Product, done ? $"the lock of {told} was had and held, though it was expected to fail" : $"the lock of {told} was not had and held within {attempt.MaxWait!.Value.TotalSeconds:0.###} s");
        TasksLog.Text(run.Log, $"{told}: {(done ? "locked and released" : "failed as expected")}");
    }

    private static string Path(TaskRun run, LockAttempt attempt) => $"{ClientRoles.MountOf(run.Job, ClientRoles.IdOf(run, attempt.Client))}/{attempt.File}";

    private static string Folder(TaskRun run) => $"{run.Job.TestDirectory}/lockfile";

    private static string Program(TaskRun run) => $"{Folder(run)}/lock-and-hold.py";

    private static string Text(IFormattable number) => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture);
}
