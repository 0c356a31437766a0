namespace Teuthology.Scheduling;

/// <summary>
/// Lets so many jobs begin as a lab has machines for. First come, first served: a job for three machines is not overtaken for ever by jobs for one.
/// </summary>
internal sealed class MachineBudget
{
    private readonly int _all;
    private readonly Lock _gate = new();
    private readonly LinkedList<(int Count, TaskCompletionSource Turn)> _line = [];
    private int _free;

    public MachineBudget(int machines) => _free = _all = machines;

    /// <summary>Waits for a share.</summary>
    /// <param name="count">Number of machines; more than there are counts as all.</param>
    /// <param name="cancellationToken">Leaves the line.</param>
    /// <returns>How much was taken, to be given back.</returns>
    public async Task<int> TakeAsync(int count, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        count = Math.Clamp(count, 1, _all);
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        LinkedListNode<(int, TaskCompletionSource)> place;
        lock (_gate)
            place = _line.AddLast((count, turn));
        Serve();
        try
        {
            await turn.Task.WaitAsync(cancellationToken);
            return count;
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                if (place.List is not null)
                    _line.Remove(place);
                else
                    _free += count;
            }

            Serve();
            throw;
        }
    }

    /// <summary>Gives a share back.</summary>
    /// <param name="count">What <see cref="TakeAsync"/> returned.</param>
    public void GiveBack(int count)
    {
        lock (_gate)
            _free += count;
        Serve();
    }

    private void Serve()
    {
        lock (_gate)
        {
            while (_line.First is { Value: var (count, turn) } first && count <= _free)
            {
                _free -= count;
                _line.Remove(first);
                turn.SetResult();
            }
        }
    }
}
