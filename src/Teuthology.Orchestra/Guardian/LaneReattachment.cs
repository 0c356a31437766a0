namespace Teuthology.Orchestra;

/// <summary>Goes on with a command over another connection, for as long as the host keeps it.</summary>
/// <param name="lane">Where it runs.</param>
/// <param name="command">What runs there.</param>
/// <param name="lost">Why the session is gone.</param>
internal sealed class LaneReattachment(Lane lane, LaneCommand command, ShellLostException lost)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.2);
    private readonly GuardedHost host = lane.Host;

    /// <summary>Ends when the command goes on, or has failed with what is known.</summary>
    public async Task RunAsync()
    {
        RemoteLog.Reattaching(host.Log, host.Host, lost.Message, host.Lease.TotalSeconds);
        using var deadline = new CancellationTokenSource(host.Lease, host.Options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, command.GivenUp);
        var start = host.Options.Time.GetTimestamp();
        var why = lost;
        while (!either.IsCancellationRequested)
        {
            ShellLease? lease = null;
            try
            {
                lease = await command.Reconnect(either.Token).ConfigureAwait(false);
                if (await TakeOverAsync(lease, either.Token).ConfigureAwait(false) is { } refusal)
                {
                    lease.Dispose();
                    lane.Fail(command, new ShellLostException(refusal, lost));
                    return;
                }

                RemoteLog.Reattached(host.Log, host.Host, host.Options.Time.GetElapsedTime(start).TotalSeconds);
                return;
            }
            catch (Exception error) when (error is ShellLostException or ConnectionLostException or OperationCanceledException)
            {
                lease?.Dispose();
                if (error is not OperationCanceledException)
                    why = new ShellLostException(error.Message, error);
            }
            catch (TeuthologyException error)
            {
                lease?.Dispose();
                lane.Fail(command, new ShellLostException(error.Message, error));
                return;
            }

            catch (Exception error) when (error is not OutOfMemoryException)
            {
                // As when the remote is closed: whoever waits for the command must learn it.
                lease?.Dispose();
                lane.Fail(command, new ShellLostException($"{lost.Message}; it was not gone on with: {error.Message}", error));
                return;
            }

            await Task.Delay(Pause, host.Options.Time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        lane.Fail(command, new ShellLostException($"{lost.Message}; not back within {host.Lease.TotalSeconds:0.#} seconds, after which the host ends the command: {why.Message}", why));
    }

    /// <summary>Gives the reason when there is nothing to go on with.</summary>
    private async Task<string?> TakeOverAsync(ShellLease lease, CancellationToken ct)
    {
        if (lease.Shell is not GuardedShell shell || host.Boots != lane.Boots)
            return "the host was started anew while it ran; how it ended is not known";
        await shell.MakeRoomAsync().ConfigureAwait(false);
        var (next, place) = lane.TakeOver(shell);
        var line = GuardianScript.Call(host.Home!, $"attach {ShellQuote.Quote(lane.Directory)} {lane.Token} {place}");
        if (await next.OpenAsync(line, ct).ConfigureAwait(false) is { } ended)
        {
            return ended.Status switch
            {
                GuardianScript.Superseded => throw new ShellLostException("a former attempt came in between on the host"),
                GuardianScript.Gone => "the host has ended it: its lease was over, a newer one began, the host was started anew, or a part of the guardian was killed there; how it ended is not known",
                GuardianScript.WorkerKilled => "its worker on the host was killed, and it was ended; how it ended is not known",
                GuardianScript.OutputLost => "its output could not be kept on the host and is not complete; how it ended is not known",
                _ => $"the guardian does not answer (status {ended.Status}): {next.Noise}",
            };
        }

        command.Take(lease);
        lane.GoOn(next, command);
        return null;
    }
}
