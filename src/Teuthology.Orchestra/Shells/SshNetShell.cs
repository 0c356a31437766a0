using System.Collections.Concurrent;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Teuthology.Orchestra;

/// <summary>A connection by SSH.NET.</summary>
internal sealed class SshNetShell : IRemoteShell
{
    /// <summary>SSH.NET bounds every wait by the connect timeout, also that of a write to a command which does not read.</summary>
    private static readonly TimeSpan LongWait = TimeSpan.FromHours(1);

    private readonly SshClient client;
    private readonly IAsyncDisposable? bridge;
    private readonly BlockingCollection<Action> opening = [];

    public SshNetShell(SshClient client, IAsyncDisposable? bridge)
    {
        (this.client, this.bridge) = (client, bridge);
        client.ConnectionInfo.Timeout = LongWait;

        // Opening a session blocks for two round trips: one thread a connection, so that the pool's threads stay free.
        new Thread(Open) { IsBackground = true, Name = $"ssh {client.ConnectionInfo.Host}" }.Start();
    }

    public bool IsConnected => client.IsConnected;

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
        opening.CompleteAdding();
        await Task.Run(client.Dispose).ConfigureAwait(false);
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
        try
        {
            command = client.CreateCommand(commandLine);
            SshNetAccess.SetOutput(command, stdout);
            SshNetAccess.SetExtendedOutput(command, stderr);
            var execution = command.ExecuteAsync(CancellationToken.None);
            started.SetResult(new SshNetCommand(command, execution));
        }
        catch (Exception error)
        {
            command?.Dispose();
            started.SetException(new ShellLostException(error.Message, error));
        }
    }
}
