using Renci.SshNet;

namespace Teuthology.Orchestra;

/// <summary>A command of <see cref="SshNetShell"/>.</summary>
internal sealed class SshNetCommand : IShellCommand
{
    private readonly SshCommand command;
    private long exitSeen;
    private readonly TaskCompletionSource<ShellExit> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SshNetCommand(SshCommand command, Task execution)
    {
        this.command = command;
        _ = FollowAsync(execution);
    }

    public Task<ShellExit> Completion => completion.Task;

    public ShellExit? ExitSoFar => command.ExitStatus is { } status ? new(status, null) : command.ExitSignal is { } signal ? new(null, signal) : null;

    /// <summary>Ends a command whose exit is known for long while its output is still open.</summary>
    public void LetGo(TimeProvider time, TimeSpan linger)
    {
        if (ExitSoFar is not { } exit)
            return;
        if (exitSeen == 0)
            exitSeen = time.GetTimestamp();
        else if (time.GetElapsedTime(exitSeen) >= linger && completion.TrySetResult(exit))
            command.Dispose();
    }

    public Stream OpenStdin()
    {
        try
        {
            var input = command.CreateInputStream();
            SshNetAccess.BytesWritten(input) = 1;
            return input;
        }
        catch (InvalidOperationException)
        {
            // The command has already ended: what it would have read is of no interest.
            return Stream.Null;
        }
    }

    /// <summary>Also ends <see cref="Completion"/>: SSH.NET leaves the task of a command that is disposed under way pending.</summary>
    public void Dispose()
    {
        command.Dispose();
        completion.TrySetException(new ShellLostException("the session was given up"));
        _ = completion.Task.Exception;
    }

    private async Task FollowAsync(Task execution)
    {
        try
        {
            await execution.ConfigureAwait(false);
            if (ExitSoFar is { } exit)
                completion.TrySetResult(exit);
            else
                completion.TrySetException(new ShellLostException("the session was closed without an exit status"));
        }
        catch (Exception error)
        {
            completion.TrySetException(new ShellLostException(error.Message, error));
        }

        _ = completion.Task.Exception;
    }
}
