using Microsoft.Extensions.Logging;

namespace Teuthology.Lab;

/// <summary>Machines locked at a server, for the time of a job.</summary>
internal sealed partial class ServerLease : IMachineLease
{
    private readonly INodeDirectory _server;
    private readonly NodeLock _held;
    private readonly LockTerms _terms;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _beating;
    private IReadOnlyList<(Machine Machine, IProvisioner? Provisioner)> _started = [];
    private int _disposed;

    public ServerLease(INodeDirectory server, NodeLock held, LockTerms terms, TimeProvider time, ILogger log)
    {
        (_server, _held, _terms, _time, _log) = (server, held, terms, time, log);
        Lost = _lost.Token;
        _beating = held.ExpiresAt is null ? Task.CompletedTask : BeatAsync(_stop.Token);
    }

    public IReadOnlyList<Machine> Machines => [.. _started.Select(one => one.Machine)];

    public string Owner => _terms.Owner;

    public long Fence => _held.Fence;

    public CancellationToken Lost { get; }

    public string? LogDirectory => null;

    /// <summary>Brings all machines up at once.</summary>
    public async Task StartAsync(Func<NodeRecord, CancellationToken, Task<(Machine Machine, IProvisioner? Provisioner)>> start, CancellationToken cancellationToken)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Lost);
        var starts = _held.Nodes.Select(node => start(node, failed.Token)).ToList();
        try
        {
            _started = await Task.WhenAll(starts);
        }
        catch
        {
            await failed.CancelAsync();
            _started = [.. (await Task.WhenAll(starts.Select(async one => await Task.WhenAny(one) is { IsCompletedSuccessfully: true } done ? (await done, true) : (default, false)))).Where(one => one.Item2).Select(one => one.Item1)];
            throw;
        }
    }

    // Without an end until somebody unlocks them.
    public async Task KeepAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await StopBeatingAsync();
        foreach (var node in _held.Nodes)
            await _server.LockAsync(node.Name, _terms with { Lease = null, RequestId = null }, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        var held = !Lost.IsCancellationRequested;
        await Task.WhenAll(_started.Where(one => held && one.Provisioner is not null).Select(one => StopAsync(one.Machine.Name, one.Provisioner!)));
        await StopBeatingAsync();
        await Task.WhenAll(_held.Nodes.Select(UnlockAsync));
        _lost.Dispose();
    }

    private async Task StopAsync(string name, IProvisioner provisioner)
    {
        try
        {
            await provisioner.StopAsync(name, CancellationToken.None);
        }
        catch (TeuthologyException e)
        {
            LogNotStopped(e, name);
        }
    }

    // The description goes with it: a machine that another job has by now stays that one's.
    private async Task UnlockAsync(NodeRecord node)
    {
        try
        {
            await _server.UnlockAsync(node.Name, _terms.Owner, _terms.Description, CancellationToken.None);
        }
        catch (TeuthologyException e)
        {
            LogNotUnlocked(e, node.Name, _server.Place);
        }
    }

    private async Task StopBeatingAsync()
    {
        await _stop.CancelAsync();
        await _beating;
        _stop.Dispose();
    }

    private async Task BeatAsync(CancellationToken stop)
    {
        var length = _terms.Lease!.Value;
        var end = _time.GetTimestamp();
        while (true)
        {
            await Task.Delay(length / 5, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested)
                return;
            try
            {
                var asked = _time.GetTimestamp();
                if (!await RenewAsync(length, stop))
                    break;
                end = asked;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (TeuthologyException e)
            {
                // A server that does not answer is no loss yet: nobody else can take the machines before the end.
                LogMissed(e, _server.Place);
                if (_time.GetElapsedTime(end) >= length)
                    break;
            }
        }

        LogLost(string.Join(", ", _held.Nodes.Select(node => node.Name)), _server.Place);
        await _lost.CancelAsync();
    }

    // Machines that were locked by name have a fence each.
    private async Task<bool> RenewAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        foreach (var lease in _held.Nodes.GroupBy(node => node.Fence))
        {
            if (!await _server.RenewAsync(new NodeLock([.. lease]), length, cancellationToken))
                return false;
        }

        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease at {Place} could not be renewed now")]
    private partial void LogMissed(Exception exception, string place);

    [LoggerMessage(Level = LogLevel.Error, Message = "The lease on {Nodes} at {Place} is lost: it expired or was broken")]
    private partial void LogLost(string nodes, string place);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Node} could not be unlocked at {Place}; its lease ends by itself where the server knows leases, else `teuthology node-cleanup` unlocks it")]
    private partial void LogNotUnlocked(Exception exception, string node, string place);

    [LoggerMessage(Level = LogLevel.Error, Message = "Machine {Node} could not be stopped")]
    private partial void LogNotStopped(Exception exception, string node);
}
