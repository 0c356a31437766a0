using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Renci.SshNet;

namespace Teuthology.Orchestra;

/// <summary>A connection by SSH.NET.</summary>
internal sealed class SshNetShell : IRemoteShell
{
    /// <summary>SSH.NET bounds every wait by the connect timeout, also that of a write to a command which does not read.</summary>
    private static readonly TimeSpan LongWait = TimeSpan.FromHours(1);

    private readonly SshClient client;
    private readonly LoopbackBridge? bridge;
    private readonly SshNetLink link;
    private readonly BlockingCollection<Action> opening = [];
    private readonly ConcurrentDictionary<SshNetCommand, byte> running = [];
    private readonly CancellationTokenSource closing = new();
    private readonly RemoteOptions options;
    private readonly ILogger log;
    private int starting;
    private int closed;

    public SshNetShell(SshClient client, LoopbackBridge? bridge, RemoteOptions options, ILogger log)
    {
        (this.client, this.bridge, this.options, this.log) = (client, bridge, options, log);
        client.ConnectionInfo.Timeout = LongWait;
        link = new SshNetLink(client, bridge, options);

        // Opening a session blocks for two round trips: one thread a connection, so that the pool's threads stay free.
        new Thread(Open) { IsBackground = true, Name = $"ssh {client.ConnectionInfo.Host}" }.Start();
        _ = WatchAsync(closing.Token);
    }

    public bool IsConnected => closed == 0 && client.IsConnected;

    public async Task<IShellCommand> StartAsync(string commandLine, Stream stdout, Stream stderr, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var started = new TaskCompletionSource<IShellCommand>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            opening.Add(() => Start(commandLine, stdout, stderr, started), CancellationToken.None);
        }
        catch (InvalidOperationException error)
        {
            throw new ShellLostException("the connection was closed", error);
        }

        return await started.Task.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref closed, 1) != 0)
            return;
        await closing.CancelAsync().ConfigureAwait(false);
        opening.CompleteAdding();
        await Task.Run(client.Dispose).ConfigureAwait(false);
        foreach (var command in running.Keys)
            command.Dispose();
        if (bridge is not null)
            await bridge.DisposeAsync().ConfigureAwait(false);
    }

    private void Open()
    {
        foreach (var open in opening.GetConsumingEnumerable())
            open();
    }

    private void Start(string commandLine, Stream stdout, Stream stderr, TaskCompletionSource<IShellCommand> started)
    {
        SshCommand? command = null;
        Interlocked.Increment(ref starting);
        try
        {
            command = client.CreateCommand(commandLine);
            SshNetAccess.SetOutput(command, stdout);
            SshNetAccess.SetExtendedOutput(command, stderr);
            var begun = new SshNetCommand(command, command.ExecuteAsync(CancellationToken.None));
            running[begun] = 0;
            _ = begun.Completion.ContinueWith(_ => running.TryRemove(begun, out byte _), TaskScheduler.Default);
            started.SetResult(begun);
        }
        catch (Exception error)
        {
            command?.Dispose();
            started.SetException(new ShellLostException(error.Message, error));
        }
        finally
        {
            Interlocked.Decrement(ref starting);
        }
    }

    /// <summary>
    /// While commands run or start: sees that the host still answers, because a dead link says nothing, and lets go of commands that have ended
    /// but whose output is held open by something they left behind.
    /// </summary>
    private async Task WatchAsync(CancellationToken ct)
    {
        try
        {
            using var timer = new PeriodicTimer(options.KeepAlive, options.Time);
            while (await timer.WaitForNextTickAsync(ct).ConfigureAwait(false))
            {
                foreach (var command in running.Keys)
                    command.LetGo(options.Time, options.OutputLinger);
                if ((running.IsEmpty && Volatile.Read(ref starting) == 0) || !client.IsConnected || link.Look() is not { } silence)
                    continue;
                RemoteLog.Lost(log, client.ConnectionInfo.Host, silence);
                link.Abort();
                await DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Closed.
        }
    }
}
