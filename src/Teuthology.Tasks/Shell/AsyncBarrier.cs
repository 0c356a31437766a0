namespace Teuthology.Tasks;

/// <summary>Lets a number of parties go on when all have arrived, again and again; a party that leaves is no longer waited for.</summary>
internal sealed class AsyncBarrier(int parties) : IDisposable
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _round = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _parties = parties;
    private int _arrived;

    public Task ArriveAsync(CancellationToken cancellationToken)
    {
        Task round;
        lock (_gate)
        {
            round = _round.Task;
            _arrived++;
            ReleaseIfAll();
        }

        return round.WaitAsync(cancellationToken);
    }

    public void Leave()
    {
        lock (_gate)
        {
            _parties--;
            ReleaseIfAll();
        }
    }

    public void Dispose() => _round.TrySetCanceled();

    private void ReleaseIfAll()
    {
        if (_arrived == 0 || _arrived < _parties)
            return;
        _round.SetResult();
        _round = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _arrived = 0;
    }
}
