using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Teuthology.Lab;
using Teuthology.Orchestra;

namespace Teuthology.LockTest;

/// <summary>A lease that a client has, or believes to have, and its connections to the machines.</summary>
internal sealed class HeldLease(Lease lease, TimeSpan duration, ClientSettings settings, HistoryWriter history, string process) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Remote> _remotes = new(StringComparer.Ordinal);

    public Lease Lease { get; } = lease;

    public TimeSpan Duration { get; } = duration;

    /// <summary>Runs a command on a machine of the lease; it appends the fence to the machine's log time and again.</summary>
    /// <returns>False when the machine is another's by now.</returns>
    public async Task<bool> RunAsync(string node, int lines, CancellationToken cancellationToken)
    {
        var machine = settings.Machines.First(m => m.Name == node);
        if (!_remotes.TryGetValue(node, out var remote))
        {
            remote = await BeginAsync(machine);
            if (remote is null)
                return false;
            _remotes[node] = remote;
        }

        var asked = new HistoryValue { Node = node, Fence = Lease.Fence, Count = lines };
        var id = history.Invoke("run", asked);
        var told = $"{Lease.Fence} {process} {id}";
        try
        {
            await remote.RunAsync(
                RemoteCommand.Script($"i=0; while [ $i -lt {lines} ]; do read -r up _ </proc/uptime; echo \"$up {told}\" >>{machine.LogFile}; i=$((i+1)); sleep 0.05; done"), cancellationToken);
            history.End(HistoryEvent.Ok, "run", id, null);
            return true;
        }
        catch (Exception e) when (e is TeuthologyException or OperationCanceledException or ObjectDisposedException)
        {
            history.End(Refused(e) ? HistoryEvent.Fail : HistoryEvent.Info, "run", id, new HistoryValue { Text = e.Message });
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _remotes.Keys)
        {
            if (_remotes.TryRemove(node, out var remote))
                await remote.DisposeAsync();
        }
    }

    private async Task<Remote?> BeginAsync(ClientSettings.MachineAddress machine)
    {
        var id = history.Invoke("begin", new HistoryValue { Node = machine.Name, Fence = Lease.Fence });
        var remote = new Remote(machine.Endpoint, NullLogger.Instance, new RemoteOptions
        {
            ConnectTimeout = TimeSpan.FromSeconds(10),
            KillGrace = TimeSpan.FromSeconds(0.5),
            Guardian = new GuardianOptions { Fence = Lease.Fence, Job = process, Lease = TimeSpan.FromSeconds(8) },
        });
        try
        {
            await remote.ConnectAsync(CancellationToken.None);

            await NoteAsync(machine);
            history.End(HistoryEvent.Ok, "begin", id, null);
            return remote;
        }
        catch (TeuthologyException e)
        {
            history.End(Refused(e) ? HistoryEvent.Fail : HistoryEvent.Info, "begin", id, new HistoryValue { Text = e.Message });
            await remote.DisposeAsync();
            return null;
        }
    }

    // From here on nothing of an older lease may run. By a shell, which appends as commands do: .NET writes where the end was when it opened the file.
    private async Task NoteAsync(ClientSettings.MachineAddress machine)
    {
        using var shell = Process.Start("/bin/sh", ["-c", $"read -r up _ </proc/uptime; echo \"$up {Lease.Fence} {process} begun\" >>{machine.LogFile}"]);
        await shell.WaitForExitAsync();
    }

    // Before it began; one that a newer lease ended in the middle did run.
    private static bool Refused(Exception e) => e is TeuthologyException and not ConnectionLostException && e.Message.Contains("is taken", StringComparison.Ordinal);
}
